import type { AtlasConfig, Principal, Role } from './config.js'
import { type AtlasError, errors } from './errors.js'
import type { ApiOperationKind } from './routes.js'

/** The address of every client, because the emulator listens on loopback addresses only. */
const CLIENT_ADDRESS = '127.0.0.1'

/** The error for a client that is not on the access list. Undefined if it is allowed to use the API. */
export function accessRefusal({ accessList }: Pick<AtlasConfig, 'accessList'>): AtlasError | undefined {
  const isAllowed = accessList.length === 0 || accessList.includes(CLIENT_ADDRESS)
  return isAllowed ? undefined : errors.notOnAccessList(CLIENT_ADDRESS)
}

const toManage: readonly Role[] = ['GROUP_OWNER', 'GROUP_BACKUP_MANAGER']
const toCreate: readonly Role[] = [...toManage, 'GROUP_BACKUP_CREATOR']
const toView: readonly Role[] = [...toCreate, 'GROUP_READ_ONLY']
/** Backup roles can't read the cluster itself. */
const toViewClusters: readonly Role[] = ['GROUP_OWNER', 'GROUP_READ_ONLY']

const sufficient: Readonly<Record<ApiOperationKind, readonly Role[]>> = {
  create: toCreate,
  get: toView,
  'get-sharded': toView,
  list: toView,
  'list-sharded': toView,
  delete: toManage,
  cluster: toViewClusters,
  schedule: toView,
  flex: toViewClusters,
  'flex-list': toView,
  'flex-get': toView,
}

export function mayDo({ roles = ['GROUP_OWNER'] }: Principal, kind: ApiOperationKind): boolean {
  return roles.some((role) => sufficient[kind].includes(role))
}
