import type { Holder, Role } from './credentials.js'
import type { ApiOperationKind } from './routes.js'

const toManage: readonly Role[] = ['GROUP_OWNER', 'GROUP_BACKUP_MANAGER']
const toCreate: readonly Role[] = [...toManage, 'GROUP_BACKUP_CREATOR']
const toView: readonly Role[] = [...toCreate, 'GROUP_READ_ONLY']
/** The roles of backups do not show the cluster itself. */
const toViewClusters: readonly Role[] = ['GROUP_OWNER', 'GROUP_READ_ONLY']

const sufficient: Readonly<Record<ApiOperationKind, readonly Role[]>> = {
  take: toCreate,
  read: toView,
  'read-sharded': toView,
  list: toView,
  'list-sharded': toView,
  delete: toManage,
  cluster: toViewClusters,
  flex: toViewClusters,
}

/** Whether the holder's roles allow an operation. */
export function mayDo({ roles = ['GROUP_OWNER'] }: Holder, kind: ApiOperationKind): boolean {
  return roles.some((role) => sufficient[kind].includes(role))
}
