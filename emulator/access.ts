import type { Principal, Role } from './config.js'
import type { ApiOperationKind } from './routes.js'

const toManage: readonly Role[] = ['GROUP_OWNER', 'GROUP_BACKUP_MANAGER']
const toCreate: readonly Role[] = [...toManage, 'GROUP_BACKUP_CREATOR']
const toView: readonly Role[] = [...toCreate, 'GROUP_READ_ONLY']
/** Backup roles can't read the cluster itself. */
const toViewClusters: readonly Role[] = ['GROUP_OWNER', 'GROUP_READ_ONLY']

function sufficientRoles(kind: ApiOperationKind): readonly Role[] {
  switch (kind) {
    case 'create':
      return toCreate
    case 'delete':
      return toManage
    case 'cluster':
    case 'flex':
      return toViewClusters
    default:
      return toView
  }
}

export function mayDo({ roles = ['GROUP_OWNER'] }: Principal, kind: ApiOperationKind): boolean {
  return roles.some((role) => sufficientRoles(kind).includes(role))
}
