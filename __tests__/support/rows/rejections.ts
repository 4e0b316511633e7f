import type { Setup } from '../played.js'
import { TITLES } from '../titles.js'
import type { Row, Rows } from './row.js'

/** A step without an entry on the API access list. */
function lacksEntry(code: string, inputs: Setup['inputs'] = {}): Row {
  return {
    setup: { faults: [`any:403:code=${code}:times=always`], inputs },
    error: TITLES.notOnAccessList,
    mentions: ['127.0.0.1'],
  }
}

/** Rejections. responses.test.ts has the codes, cluster.test.ts what the state of a cluster explains. */
export const rejections: Rows = {
  'fails at once if Atlas rejects its API key': {
    setup: { inputs: { 'private-key': 'wr0ng-5ec2e7' } },
    error: TITLES.invalidApiKey,
    maxSeconds: 1,
  },
  'names the address that is not on the API access list': lacksEntry('IP_ADDRESS_NOT_ON_ACCESS_LIST', {
    'dry-run': 'true',
  }),
  'names the address if the organization requires an entry': lacksEntry('ORG_REQUIRES_ACCESS_LIST'),
  'reports the state of the cluster as the reason for a rejection': {
    setup: { atlas: { clusters: [{ name: 'demo', kind: 'm0' }] } },
    error: TITLES.tierTooSmall,
  },
}
