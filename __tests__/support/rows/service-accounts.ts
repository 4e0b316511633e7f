import type { VirtualSetup } from '../in-process.js'
import { accountInputs } from '../played.js'
import { TITLES } from '../titles.js'
import { createsOne, leavesQueued, type Rows } from './row.js'

/** The setup with the demo's service account. */
function withAccount(setup: VirtualSetup = {}): VirtualSetup {
  return { ...setup, inputs: { ...accountInputs, ...setup.inputs } }
}

/** Steps with a service account. */
export const serviceAccounts: Rows = {
  'with a service account revokes its token and ignores an API key in the environment': {
    setup: withAccount({
      env: { MONGODB_ATLAS_PUBLIC_API_KEY: 'other', MONGODB_ATLAS_PRIVATE_API_KEY: 'not-the-key' },
    }),
    ...createsOne,
  },
  'with a service account revokes its token even after a redirect': {
    setup: withAccount({ faults: ['get:302'] }),
    error: TITLES.redirect,
    ...leavesQueued,
  },
  'fails after one request with a wrong client secret': {
    setup: withAccount({ inputs: { 'client-secret': 'mdb_sa_wrong' } }),
    error: TITLES.invalidClientSecret,
  },
  'waits until its time limit if its service account has too many access tokens': {
    setup: withAccount({ faults: ['token:token-limit:times=always'], inputs: { 'timeout-minutes': '10' } }),
    error: TITLES.tokenLimit,
  },
  'succeeds if it is canceled while the revocation hangs': {
    setup: withAccount({ faults: ['revoke:hang'], inputs: { wait: 'false' }, cancelAtSeconds: 0.5 }),
    ...leavesQueued,
    livingTokens: 1,
    maxSeconds: 6,
  },
}
