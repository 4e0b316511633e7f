import { type ClusterKind, demo } from '../../../emulator/config.js'
import { REMEDIES } from '../../../src/atlas/remedies.js'
import { TITLES } from '../../../src/titles.js'
import type { VirtualSetup } from '../in-process.js'
import type { Row } from './row.js'

const { publicKey, privateKey } = demo

/** A POST that Atlas rejects. The default setup uses a fault. */
function rejection(response: string, error: string, setup?: VirtualSetup): Row {
  const fault = `create:${response.replace(' ', ':code=')}:detail=Not now`
  return {
    name: `fails at once on HTTP ${response}`,
    setup: setup ?? { faults: [fault] },
    error,
    maxSeconds: 1,
  }
}

/** An Atlas whose cluster is of this kind. */
function clusterOf(kind: ClusterKind, ...faults: readonly string[]): VirtualSetup {
  return { atlas: { clusters: [{ name: 'demo', kind }] }, faults }
}

/** A rejection that the state of the cluster explains. */
function obstacle(kind: ClusterKind, error: string): Row {
  return { name: `reports the state of the cluster as the reason: ${kind}`, setup: clusterOf(kind), error }
}

const unknownCode = 'create:400:code=SOMETHING:detail=No'

/** Final rejections of the POST, and those that only the state of the cluster explains. */
export const rejections: readonly Row[] = [
  rejection('401 UNEXPECTED_ERROR', REMEDIES.invalidApiKey.title, {
    inputs: { 'private-key': 'wr0ng-5ec2e7' },
  }),
  rejection('401 USER_UNAUTHORIZED', REMEDIES.missingRole.title, {
    atlas: { keys: [{ publicKey, privateKey, roles: [] }] },
  }),
  rejection('403 IP_ADDRESS_NOT_ON_ACCESS_LIST', REMEDIES.notOnAccessList.title, {
    atlas: { accessList: ['203.0.113.7'] },
  }),
  rejection('403 SOMETHING', REMEDIES.forbidden.title),
  rejection('404 GROUP_NOT_FOUND', REMEDIES.projectNotFound.title, {
    inputs: { 'group-id': '1'.repeat(24) },
  }),
  rejection('404 CLUSTER_NOT_FOUND', REMEDIES.clusterNotFound.title, { atlas: { clusters: [] } }),
  rejection('400 BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID', REMEDIES.retentionNotAllowed.title),
  rejection('402 ACCOUNT_SUSPENDED', REMEDIES.paymentRequired.title),
  rejection('406 INVALID_VERSION_DATE', REMEDIES.unsupportedApiVersion.title),
  // These codes do not show the reason, so the step reads the cluster.
  rejection('400 SOMETHING', REMEDIES.badRequest.title),
  rejection('400 PROVIDER_BACKUP_NOT_SUPPORTED', REMEDIES.noCloudBackup.title),
  rejection('404 SOMETHING', REMEDIES.notFound.title),
  rejection('409 SOMETHING', TITLES.requestRejected),
  obstacle('m0', REMEDIES.instanceTooSmall.title),
  obstacle('paused', REMEDIES.clusterPaused.title),
  obstacle('noBackup', REMEDIES.backupDisabled.title),
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
  },
  {
    name: 'fails on a flex cluster that the error code names',
    setup: clusterOf('flex'),
    error: REMEDIES.flexCluster.title,
  },
  {
    name: 'fails on a flex cluster that only reading the cluster shows',
    setup: clusterOf('flex', unknownCode),
    error: REMEDIES.flexCluster.title,
  },
  {
    name: 'fails if Atlas rejects every nonce of its POST as stale for five minutes',
    setup: { faults: ['create:stale:times=always'] },
    error: TITLES.nonceRejected,
  },
  {
    name: 'fails if the server offers no digest authentication',
    setup: { network: () => async () => ({ status: 401, headers: {}, body: '' }) },
    error: TITLES.digestNotOffered,
  },
]
