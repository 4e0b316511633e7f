import { demo } from '../../../emulator/config.js'
import { TITLES } from '../../../src/titles.js'
import type { VirtualScenario } from '../in-process.js'
import { demoAccount } from '../played.js'
import { completed, endless, lists, listsAndCluster, noSnapshot, type Row } from './row.js'

const creates: readonly string[] = ['create 200', 'get 200']
const whole: readonly string[] = ['token 200', ...creates, 'revoke 200']

/** The scenario with the demo's service account. */
function withAccount(scenario: VirtualScenario = {}): VirtualScenario {
  return { ...scenario, inputs: { ...demoAccount, ...scenario.inputs } }
}

/** Atlas forgets every token after a minute, during the wait. */
function forgetful(scenario: VirtualScenario = {}): VirtualScenario {
  return withAccount({ ...scenario, at: [[60, (atlas) => atlas.expireTokens()]] })
}

/** The token endpoint fails once. */
function retried(fault: string, status: number, ...mentions: readonly string[]): Row {
  return {
    name: `retries its token request after ${fault}`,
    scenario: withAccount({ faults: [fault] }),
    requests: [`token ${status}`, 'token 200', ...lists, ...creates, 'revoke 200'],
    mentions,
    outputs: completed,
    created: 1,
  }
}

/** The step cannot revoke its token, which causes no warning. */
function notRevoked(fault: string, status: number): Row {
  return {
    name: `succeeds although it cannot revoke its token: ${fault}`,
    scenario: withAccount({ faults: [`revoke:${fault}`], inputs: { wait: 'false' } }),
    requests: ['token 200', 'create 200', `revoke ${status}`],
    outputs: { status: 'queued', created: 'true' },
    created: 1,
    livingTokens: 1,
    maxSeconds: 6,
  }
}

/** A response that is not from Atlas, after which the step also sends no request to revoke its token. */
function untrusted(effect: string, status: number, error: string): Row {
  return {
    name: `with a service account sends no credentials after a response that is not trusted: ${effect}`,
    scenario: withAccount({ faults: [`get:${effect}`] }),
    requests: ['token 200', 'create 200', `get ${status}`],
    error,
    mentions: ['snapshot-id: ID', 'wait: true'],
    outputs: { status: 'queued', created: 'true' },
    created: 1,
    livingTokens: 1,
  }
}

function badInput(what: string, inputs: Readonly<Record<string, string>>, ...names: readonly string[]): Row {
  return {
    name: `rejects ${what}`,
    scenario: withAccount({ inputs }),
    requests: [],
    error: TITLES.invalidInput,
    mentions: names,
    created: 0,
  }
}

/** Steps with a service account. */
export const serviceAccounts: readonly Row[] = [
  {
    name: 'with a service account revokes its token and ignores an API key in the environment',
    scenario: withAccount({
      env: { MONGODB_ATLAS_PUBLIC_API_KEY: 'other', MONGODB_ATLAS_PRIVATE_API_KEY: 'not-the-key' },
    }),
    requests: whole,
    mentions: [demo.clientId],
    outputs: completed,
    created: 1,
  },
  {
    name: 'with a service account ends within 6 s after its timeout although it cannot revoke its token',
    scenario: withAccount({
      atlas: endless,
      faults: ['revoke:hang'],
      inputs: { 'timeout-minutes': '1' },
    }),
    error: TITLES.timedOut,
    mentions: ['1 min', 'snapshot-id: ID'],
    outputs: { status: 'queued', created: 'true' },
    created: 1,
    livingTokens: 1,
    maxSeconds: 66,
  },
  untrusted('302', 302, TITLES.redirect),
  untrusted('407', 407, TITLES.proxyAuthentication),
  untrusted('huge', 200, TITLES.responseTooLarge),
  {
    name: 'with a service account uses the deprecated API',
    scenario: withAccount({ inputs: { 'api-version': 'v1.0' } }),
    requests: whole,
    outputs: completed,
    created: 1,
  },
  {
    name: 'with a service account finds its snapshot after a lost response',
    scenario: withAccount({ faults: ['create:reset:executed'] }),
    requests: ['token 200', 'create 0', ...listsAndCluster, 'get 200', 'revoke 200'],
    outputs: completed,
    created: 1,
  },
  {
    name: 'with a service account finds its snapshot after a 401 that is not from Atlas',
    scenario: withAccount({ faults: ['create:html=401:executed'] }),
    requests: ['token 200', 'create 401', ...listsAndCluster, 'get 200', 'revoke 200'],
    mentions: ['HTTP 401', '[as-TAG]'],
    outputs: completed,
    created: 1,
  },
  {
    name: 'with a service account sends no second POST after a 401 that is not from Atlas',
    scenario: withAccount({ faults: ['create:html=401'] }),
    requests: ['token 200', 'create 401', ...lists, ...lists, 'revoke 200'],
    error: TITLES.invalidServiceAccount,
    mentions: ['HTTP 401', '[as-TAG]'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'renews its token before it expires',
    scenario: withAccount({ atlas: { tokenSeconds: 100 } }),
    requests: ['token 200', ...creates, 'token 200', 'get 200', 'revoke 200'],
    outputs: completed,
    created: 1,
  },
  {
    name: 'gets a new token if Atlas forgets the current one',
    scenario: forgetful(),
    requests: ['token 200', ...creates, 'get 401', 'token 200', 'get 200', 'revoke 200'],
    outputs: completed,
    created: 1,
  },
  {
    name: 'gets a new token if Atlas rejects the token of its POST',
    scenario: withAccount({ faults: ['create:unauthorized'] }),
    requests: ['token 200', 'create 401', 'token 200', ...creates, 'revoke 200'],
    outputs: completed,
    created: 1,
    // The rejected token is still valid in Atlas.
    livingTokens: 1,
  },
  {
    name: 'fails if Atlas rejects two tokens in a row',
    scenario: withAccount({ faults: ['create:unauthorized:times=always'] }),
    requests: ['token 200', 'create 401', 'token 200', 'create 401', 'revoke 200'],
    error: TITLES.invalidServiceAccount,
    mentions: ['HTTP 401', 'UNAUTHORIZED', 'group-id', 'base-url'],
    outputs: noSnapshot,
    created: 0,
    livingTokens: 1,
  },
  retried('token:429:retry-after=1', 429, 'HTTP 429', '1 s'),
  retried('token:503', 503, 'HTTP 503'),
  retried('token:reset', 0, 'ECONNRESET'),
  retried('token:null', 200, 'HTTP 200'),
  retried('token:html', 502, 'HTTP 502'),
  {
    name: 'retries its token request during the wait',
    scenario: forgetful({ faults: ['token:503:skip=1'] }),
    requests: ['token 200', ...creates, 'get 401', 'token 503', 'token 200', 'get 200', 'revoke 200'],
    mentions: ['HTTP 503'],
    outputs: completed,
    created: 1,
  },
  {
    name: 'fails at once if the Retry-After of its token request exceeds the time limit',
    scenario: withAccount({ faults: ['token:429:retry-after=3960'] }),
    requests: ['token 429'],
    error: TITLES.rateLimited,
    mentions: ['HTTP 429', '1 h 6 min'],
    outputs: noSnapshot,
    created: 0,
    maxSeconds: 1,
  },
  {
    name: 'times out while its token request hangs',
    scenario: withAccount({ faults: ['token:hang'], inputs: { 'timeout-minutes': '0.02' } }),
    requests: ['token 0'],
    error: TITLES.timedOut,
    mentions: ['1 s', 'timeout-minutes'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'does not follow a redirect of the token endpoint',
    scenario: withAccount({ faults: ['token:redirect=https://portal.example/login'] }),
    requests: ['token 302'],
    error: TITLES.redirect,
    mentions: ['HTTP 302', 'https://portal.example/login', 'base-url'],
    outputs: noSnapshot,
    created: 0,
  },
  ...['client-secret', 'client-id'].map(
    (name): Row => ({
      name: `fails after one request with a wrong ${name}`,
      scenario: withAccount({ inputs: { [name]: 'mdb_sa_wrong' } }),
      requests: ['token 401'],
      error: TITLES.invalidClientSecret,
      mentions: ['HTTP 401', 'invalid_client', 'client-id', 'client-secret', 'base-url'],
      outputs: noSnapshot,
      created: 0,
    }),
  ),
  {
    name: 'names its snapshot if its client secret becomes invalid during the wait',
    scenario: forgetful({ atlas: endless, faults: ['token:unauthorized:skip=1'] }),
    requests: ['token 200', ...creates, 'get 401', 'token 401'],
    error: TITLES.invalidClientSecret,
    mentions: ['HTTP 401', 'queued', 'snapshot-id: ID', 'client-secret'],
    outputs: { status: 'queued', created: 'true' },
    created: 1,
  },
  {
    // A 404 from a list itself means that the cluster has no such list.
    name: 'does not mistake a 404 from the token endpoint for a 404 from the list',
    scenario: withAccount({ faults: ['create:reset:executed', 'list:unauthorized', 'token:404:skip=1'] }),
    requests: ['token 200', 'create 0', 'list 401', 'token 404'],
    error: TITLES.noAccessToken,
    mentions: ['HTTP 404', '[as-TAG]', 'base-url'],
    outputs: noSnapshot,
    created: 1,
    livingTokens: 1,
  },
  {
    name: 'fails at once if its service account lacks the role',
    scenario: withAccount({
      atlas: {
        serviceAccounts: [{ clientId: demo.clientId, clientSecret: demo.clientSecret, roles: [] }],
      },
    }),
    requests: ['token 200', 'create 401', 'revoke 200'],
    error: TITLES.missingRole,
    mentions: ['HTTP 401', 'USER_UNAUTHORIZED', '"Project Backup Creator"', 'group-id'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'fails if the runner is not on the API access list of its service account',
    scenario: withAccount({ atlas: { accessList: ['192.0.2.1'] } }),
    requests: ['token 200', 'create 403', 'revoke 200'],
    error: TITLES.notOnAccessList,
    mentions: ['HTTP 403', '127.0.0.1'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'revokes its token after a failure',
    scenario: withAccount({ atlas: { failSnapshots: true } }),
    requests: whole,
    error: TITLES.snapshotFailed,
    mentions: ['ID', 'failed'],
    outputs: { status: 'failed', created: 'true' },
    created: 1,
  },
  notRevoked('503', 503),
  notRevoked('reset', 0),
  notRevoked('hang', 0),
  {
    name: 'ends soon if it is canceled while it requests a token',
    scenario: withAccount({ faults: ['token:hang'], cancelAtSeconds: 1 }),
    requests: ['token 0'],
    error: TITLES.canceled,
    mentions: ['SIGINT', 'No snapshot was created'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'ends soon and revokes its token if it is canceled while its POST is in flight',
    scenario: withAccount({ faults: ['create:hang'], cancelAtSeconds: 1 }),
    requests: ['token 200', 'create 0', 'revoke 200'],
    error: TITLES.canceled,
    mentions: ['[as-TAG]'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'ends soon if it is canceled during the wait, although the revocation hangs',
    scenario: withAccount({ atlas: endless, faults: ['revoke:hang'], cancelAtSeconds: 30 }),
    requests: [...whole.slice(0, -1), 'revoke 0'],
    error: TITLES.canceled,
    mentions: ['snapshot-id: ID', 'queued'],
    outputs: { status: 'queued', created: 'true' },
    created: 1,
    livingTokens: 1,
    maxSeconds: 36,
  },
  {
    name: 'succeeds if it is canceled while the revocation hangs',
    scenario: withAccount({
      faults: ['revoke:hang'],
      inputs: { wait: 'false' },
      cancelAtSeconds: 0.5,
    }),
    requests: ['token 200', 'create 200', 'revoke 0'],
    outputs: { status: 'queued', created: 'true' },
    created: 1,
    livingTokens: 1,
    maxSeconds: 6,
  },
  badInput(
    'a client ID and a client secret that are swapped',
    { 'client-id': demo.clientSecret, 'client-secret': demo.clientId },
    'client-id',
  ),
  badInput('a client ID with a colon', { 'client-id': 'mdb_sa_id:1' }, 'client-id'),
  badInput('a client ID without a client secret', { 'client-secret': '' }, 'client-secret', 'client-id'),
  badInput(
    'two kinds of credentials',
    { 'public-key': demo.publicKey },
    'public-key, client-id, client-secret',
  ),
]
