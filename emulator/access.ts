import { BlockList, isIP } from 'node:net'
import type { AtlasConfig, Principal, Role } from './config.js'
import { type AtlasError, errors } from './errors.js'
import { UsageError } from './json-fields.js'
import type { ApiOperationKind } from './routes.js'

/** Reads an address or a range (`ADDRESS/BITS`). Throws a UsageError for anything else. */
export function readAddressRange(value: unknown): string {
  if (typeof value === 'string') {
    const [address = '', bits, ...more] = value.split('/')
    const most = isIP(address) === 6 ? 128 : 32
    const bitsFit = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
    if (isIP(address) !== 0 && bitsFit && more.length === 0) return value
  }
  throw new UsageError(`an access list entry must be ADDRESS or ADDRESS/BITS, not ${JSON.stringify(value)}`)
}

/** The error for a request from an address that is not allowed to use the API. Undefined if it is allowed. */
export function accessRefusal(
  { accessList, requireAccessList }: Pick<AtlasConfig, 'accessList' | 'requireAccessList'>,
  address = '127.0.0.1',
): AtlasError | undefined {
  if (accessList.length === 0) return requireAccessList ? errors.accessListRequired(address) : undefined
  const allowed = new BlockList()
  for (const range of accessList) {
    const [network = '', bits] = range.split('/')
    const family = addressFamily(network)
    if (bits === undefined) allowed.addAddress(network, family)
    else allowed.addSubnet(network, Number(bits), family)
  }
  return allowed.check(address, addressFamily(address)) ? undefined : errors.notOnAccessList(address)
}

function addressFamily(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
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
  flex: toViewClusters,
  'flex-list': toView,
  'flex-get': toView,
}

export function mayDo({ roles = ['GROUP_OWNER'] }: Principal, kind: ApiOperationKind): boolean {
  return roles.some((role) => sufficient[kind].includes(role))
}
