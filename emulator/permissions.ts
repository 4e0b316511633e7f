import type { Holder, Role } from './credentials.js'
import type { ApiOperationKind } from './routes.js'

const managers: readonly Role[] = ['GROUP_OWNER', 'GROUP_BACKUP_MANAGER']

/** Whether the holder's roles allow an operation. */
export function mayDo({ roles = ['GROUP_OWNER'] }: Holder, kind: ApiOperationKind): boolean {
  if (kind === 'delete') return roles.some((role) => managers.includes(role))
  if (kind === 'take') return roles.some((role) => role === 'GROUP_BACKUP_CREATOR' || managers.includes(role))
  return roles.length > 0
}
