import { TITLES } from '../titles.js'
import type { Rows } from './row.js'

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
    setup: { atlas: { clusters: [{ name: 'demo', kind: 'm0' }] } },
    error: TITLES.tierTooSmall,
  },
}
