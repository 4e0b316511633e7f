import { type ClusterKind, demo } from '../../../emulator/config.js'
import { REMEDIES } from '../../../src/atlas/remedies.js'
import { TITLES } from '../../../src/titles.js'
import type { VirtualSetup } from '../in-process.js'
import type { Row } from './row.js'

const docs = 'https://www.mongodb.com/docs/atlas'
const { publicKey, privateKey } = demo

/** A POST that Atlas rejects. The default setup uses a fault. */
function rejection(
  status: number,
  code: string,
  error: string,
  facts: readonly string[],
  setup?: VirtualSetup,
): Row {
  return {
    name: `fails at once on HTTP ${status} ${code}`,
    setup: setup ?? { faults: [`create:${status}:code=${code}:detail=Not now`] },
    requests: ['create 401', `create ${status}`],
    error,
    mentions: [`HTTP ${status}`, code, ...facts],
  }
}

/** A rejection whose code does not show the reason, so the step reads the cluster. */
function vagueRejection(status: number, code: string, error: string, facts: readonly string[] = []): Row {
  const row = rejection(status, code, error, ['Not now', ...facts])
  return { ...row, requests: [...(row.requests ?? []), 'cluster 200'] }
}

/** An Atlas whose cluster is of this kind. */
function clusterOf(kind: ClusterKind, ...faults: readonly string[]): VirtualSetup {
  return { atlas: { clusters: [{ name: 'demo', kind }] }, faults }
}

/** A rejection that the state of the cluster explains. */
function obstacle(kind: ClusterKind, code: string, error: string, facts: readonly string[]): Row {
  const [status = ''] = code.split(' ')
  return {
    name: `reports the state of the cluster as the reason: ${kind}`,
    setup: clusterOf(kind),
    requests: ['create 401', `create ${status}`, 'cluster 200'],
    error,
    mentions: [`HTTP ${status}`, code.slice(4), ...facts],
  }
}

const unknownCode = 'create:400:code=SOMETHING:detail=No'

/** Final rejections of the POST, and those that only the state of the cluster explains. */
export const rejections: readonly Row[] = [
  rejection(
    401,
    'UNEXPECTED_ERROR',
    REMEDIES.invalidApiKey.title,
    ['public-key', 'private-key', 'base-url', `${docs}/configure-api-access/`],
    { inputs: { 'private-key': 'wr0ng-5ec2e7' } },
  ),
  rejection(
    401,
    'USER_UNAUTHORIZED',
    REMEDIES.missingRole.title,
    ['Project Backup Creator', 'group-id', `${docs}/reference/user-roles/`],
    { atlas: { keys: [{ publicKey, privateKey, roles: [] }] } },
  ),
  rejection(
    403,
    'IP_ADDRESS_NOT_ON_ACCESS_LIST',
    REMEDIES.notOnAccessList.title,
    ['127.0.0.1', `${docs}/configure-api-access/`],
    { atlas: { accessList: ['203.0.113.7'] } },
  ),
  rejection(403, 'SOMETHING', REMEDIES.forbidden.title, ['Not now', `${docs}/configure-api-access/`]),
  rejection(404, 'GROUP_NOT_FOUND', REMEDIES.projectNotFound.title, ['1'.repeat(24), 'group-id'], {
    inputs: { 'group-id': '1'.repeat(24) },
  }),
  rejection(404, 'CLUSTER_NOT_FOUND', REMEDIES.clusterNotFound.title, ['demo', 'cluster-name', 'group-id'], {
    atlas: { clusters: [] },
  }),
  rejection(400, 'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID', REMEDIES.retentionNotAllowed.title, [
    'retention-days',
    `${docs}/backup/cloud-backup/backup-compliance-policy/`,
  ]),
  rejection(402, 'ACCOUNT_SUSPENDED', REMEDIES.paymentRequired.title, ['Not now', `${docs}/billing/`]),
  rejection(406, 'INVALID_VERSION_DATE', REMEDIES.unsupportedApiVersion.title, ['api-version']),
  vagueRejection(400, 'SOMETHING', REMEDIES.badRequest.title),
  vagueRejection(400, 'PROVIDER_BACKUP_NOT_SUPPORTED', REMEDIES.noCloudBackup.title, ['M10']),
  vagueRejection(404, 'SOMETHING', REMEDIES.notFound.title, ['group-id', 'cluster-name', 'base-url']),
  vagueRejection(409, 'SOMETHING', TITLES.requestRejected),
  obstacle('m0', '400 INSUFFICIENT_INSTANCE_SIZE', REMEDIES.instanceTooSmall.title, ['M0', 'M10']),
  obstacle('paused', '400 BACKUP_JOB_NOT_FOUND', REMEDIES.clusterPaused.title, [
    `${docs}/pause-terminate-cluster/`,
  ]),
  obstacle('noBackup', '404 BACKUP_CONFIG_NOT_FOUND', REMEDIES.backupDisabled.title, []),
  {
    name: 'reports the state of the cluster as the reason: CREATING',
    setup: {
      faults: [unknownCode],
      network: (send) => async (request, signal) => {
        const response = await send(request, signal)
        return { ...response, body: response.body.replace('"IDLE"', '"CREATING"') }
      },
    },
    error: REMEDIES.clusterUnavailable.title,
    mentions: ['HTTP 400', 'SOMETHING: No', 'CREATING', 'cluster-name'],
  },
  {
    name: 'fails on a flex cluster that the error code names',
    setup: clusterOf('flex'),
    requests: ['create 401', 'create 400'],
    error: REMEDIES.flexCluster.title,
    mentions: ['HTTP 400', 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', 'M10'],
  },
  {
    name: 'fails on a flex cluster that only reading the cluster shows',
    setup: clusterOf('flex', unknownCode),
    requests: ['create 401', 'create 400', 'cluster 400'],
    error: REMEDIES.flexCluster.title,
    mentions: ['SOMETHING: No', 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', 'M10'],
  },
  {
    name: 'fails if Atlas rejects every nonce of its POST as stale for five minutes',
    setup: { faults: ['create:stale:times=always'] },
    error: TITLES.nonceRejected,
    mentions: ['4 digest nonces', '5 min'],
  },
  {
    name: 'fails if the server offers no digest authentication',
    setup: { network: () => async () => ({ status: 401, headers: {}, body: '' }) },
    requests: [],
    error: TITLES.digestNotOffered,
    mentions: ['HTTP 401', 'base-url'],
  },
]
