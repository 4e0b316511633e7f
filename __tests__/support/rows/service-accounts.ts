import type { Network } from '../../../simulation/emulated-send.js'
import { createResponse } from '../http-responses.js'
import type { VirtualSetup } from '../in-process.js'
import { accountInputs } from '../played.js'
import { TITLES } from '../titles.js'
import { createsOne, leavesQueued, type Rows, TAG } from './row.js'

/** The setup with the demo's service account. */
function withAccount(setup: VirtualSetup = {}): VirtualSetup {
  return { ...setup, inputs: { ...accountInputs, ...setup.inputs } }
}

/** An Atlas that issues no token, because the service account has too many. */
const limitsTokens: Network = (send) => async (request, signal) =>
  request.url.pathname === '/api/oauth/token'
    ? createResponse(403, {
        error: 'access_denied',
        error_description: 'Access Token limit reached. Wait until a token expires.',
      })
    : send(request, signal)

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
  'with a service account sends no second POST after a 401 that is not from Atlas': {
    setup: withAccount({ faults: ['create:html=401'] }),
    error: TITLES.notAtlas,
    mentions: [TAG],
  },
  'fails after one request with a wrong client secret': {
    setup: withAccount({ inputs: { 'client-secret': 'mdb_sa_wrong' } }),
    error: TITLES.invalidClientSecret,
  },
  'waits until its time limit if its service account has too many access tokens': {
    setup: withAccount({ network: limitsTokens, inputs: { 'timeout-minutes': '10' } }),
    error: TITLES.tokenLimit,
  },
  'succeeds if it is canceled while the revocation hangs': {
    setup: withAccount({ faults: ['revoke:hang'], inputs: { wait: 'false' }, cancelAtSeconds: 0.5 }),
    ...leavesQueued,
    livingTokens: 1,
    maxSeconds: 6,
  },
}
