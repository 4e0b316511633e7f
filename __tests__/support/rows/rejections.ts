import type { ClusterKind } from '../../../emulator/config.js'
import type { VirtualSetup } from '../in-process.js'
import { TITLES } from '../titles.js'
import type { Rows } from './row.js'

/** An Atlas whose cluster is of this kind. */
function clusterOf(kind: ClusterKind): VirtualSetup {
  return { atlas: { clusters: [{ name: 'demo', kind }] } }
}

const unknownCode = 'create:400:code=SOMETHING:detail=No'

/** Rejections of the POST. responses.test.ts has the codes, cluster.test.ts what the state of a cluster explains. */
export const rejections: Rows = {
  'fails at once if Atlas rejects its API key': {
    setup: { inputs: { 'private-key': 'wr0ng-5ec2e7' } },
    error: TITLES.invalidApiKey,
    maxSeconds: 1,
  },
  'names the address that is not on the API access list': {
    setup: { atlas: { accessList: ['203.0.113.7'] } },
    error: TITLES.notOnAccessList,
    mentions: ['127.0.0.1'],
  },
  'reports the state of the cluster as the reason for a rejection': {
    setup: clusterOf('m0'),
    error: TITLES.tierTooSmall,
  },
  'fails on a flex cluster that only reading the cluster shows': {
    setup: { ...clusterOf('flex'), faults: [unknownCode] },
    error: TITLES.tierTooSmall,
  },
}
