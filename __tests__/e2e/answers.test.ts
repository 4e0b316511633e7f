import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { play, playAll, type Scenario } from './scenario.js'

type AsymmetricMatcher = ReturnType<typeof expect.stringMatching> | ReturnType<typeof expect.arrayContaining>

/** A row of the table of answers: what Atlas or the network does, and all that a user gets to see of it. */
interface Row {
  readonly name: string
  readonly scenario: Scenario
  /** `operation status` of each request, polls in a row as one. */
  readonly requests: readonly string[] | AsymmetricMatcher
  /** The one `::error`, or `undefined` where the step succeeds. */
  readonly error?: string | AsymmetricMatcher
  /** Lines of the log that tell of it. */
  readonly log?: readonly string[]
  readonly warnings?: readonly string[]
  /** The outputs `status` and `created`. */
  readonly outputs: readonly [status: string, created: string]
  /** Snapshots that the step left in Atlas. */
  readonly taken: number
}

const backupPage = `http://atlas/v2/${demo.groupId}#/clusters/backup/demo`
const mayExist = 'Atlas may have taken a snapshot for this step, tagged [as-TAG], though no answer says so.'
const look = `Before running this again, look in the backups of the cluster (${backupPage}) for a description that ends in [as-TAG]; if it is there, give its id as snapshot-id.`
const attach = 'To wait for it later, run this action with snapshot-id ID and wait: true.'
const refused = (code: string) =>
  `Taking a snapshot of cluster demo was refused (HTTP ${code}). No snapshot was taken.`
const brokenPost = `Taking a snapshot of cluster demo: the connection broke before the whole answer had come`
const looking = 'Atlas may have taken the snapshot all the same: looking for [as-TAG].'
const adopted = 'Snapshot ID bears [as-TAG]: Atlas did take it for this step.'

const taken = ['create 401', 'create 200', 'get 200']
const lists = ['list 200', 'list-sharded 200']
const completed = ['completed', 'true'] as const
const nothing = ['', ''] as const

const docs = 'https://www.mongodb.com/docs/atlas'
const apiAccess = `(${docs}/configure-api-access/).`
const versions = `(${docs}/api/versioned-api-overview/).`
/** After a refusal that leaves open why, which the cluster may tell. */
const asksTheCluster = ['cluster 200']

/** A POST that is refused for good. */
function refusal(
  code: string,
  title: string,
  remedy: string,
  scenario?: Scenario,
  more: readonly string[] = [],
): Row {
  const [status = '', errorCode = '', detail = ''] = code.split('|')
  return {
    name: `fails at once on ${status} ${errorCode}`,
    scenario: scenario ?? { faults: [`create:${status}:code=${errorCode}:detail=${detail}`] },
    requests: ['create 401', `create ${status}`, ...more],
    error: `${title} | ${refused(`${status} ${reasons[status]}, ${errorCode}: ${detail}`)} ${remedy}`,
    outputs: nothing,
    taken: 0,
  }
}

const reasons: Readonly<Record<string, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
}

const refusals: readonly Row[] = [
  refusal(
    '401|UNEXPECTED_ERROR|You are not authorized for this resource',
    'Atlas does not accept the API key',
    `Check that public-key and private-key are the two halves of one API key that still exists, and that base-url is the Atlas it belongs to ${apiAccess}`,
    { inputs: { 'private-key': 'not-the-key' } },
  ),
  refusal(
    '401|USER_UNAUTHORIZED|Current user is not authorized to perform this action',
    'The API key lacks the role',
    `Give the API key the project role "Project Backup Creator" ("Project Backup Manager" in projects that do not have it yet) in the project that group-id names (${docs}/reference/user-roles/).`,
    { atlas: { keys: [{ publicKey: demo.publicKey, privateKey: demo.privateKey, roles: [] }] } },
  ),
  refusal(
    '403|IP_ADDRESS_NOT_ON_ACCESS_LIST|IP address 1.2.3.4 is not allowed to access this resource',
    'The API access list lacks this runner',
    `Add the runner's IP address to the API access list of the API key itself, which is not the project's IP access list; hosted runners change their address from job to job ${apiAccess}`,
  ),
  refusal(
    '403|SOMETHING|Not for you',
    'Atlas forbids this',
    `Check in Atlas the project roles of the API key, and the API access list of the API key ${apiAccess}`,
  ),
  refusal(
    '404|GROUP_NOT_FOUND|No group with ID 111111111111111111111111 exists',
    'Atlas project not found',
    'Check group-id: it is the id of the Atlas project, and the API key must belong to that project.',
    { inputs: { 'group-id': '111111111111111111111111' } },
  ),
  refusal(
    '404|CLUSTER_NOT_FOUND|No cluster named demo exists in group 5f1e2d3c4b5a69788796a5b4',
    'Cluster not found',
    'Check cluster-name (it is case-sensitive) and that group-id names the project that holds the cluster.',
    { atlas: { clusters: [] } },
  ),
  refusal(
    '400|BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID|Too long',
    'Atlas does not allow this retention',
    `Set retention-days to what the project's backup policy, or its Backup Compliance Policy, allows (${docs}/backup/cloud-backup/backup-compliance-policy/).`,
  ),
  refusal(
    '400|SOMETHING|No',
    'Atlas refused the request',
    'Correct the inputs by what Atlas says.',
    undefined,
    asksTheCluster,
  ),
  refusal(
    '402|ACCOUNT_SUSPENDED|Account is suspended',
    'Atlas wants its billing settled',
    `Settle the organization's billing in Atlas (payment method, suspended account) (${docs}/billing/).`,
  ),
  refusal(
    '406|INVALID_VERSION_DATE|No such version',
    'Atlas does not speak this API version',
    `Leave api-version at its default, and use the newest release of this action ${versions}`,
  ),
  refusal(
    '410|VERSION_GONE|Gone',
    'Atlas does not speak this API version',
    `Leave api-version at its default, and use the newest release of this action ${versions}`,
  ),
  refusal(
    '409|SOMETHING|No',
    'Atlas refused the request with HTTP 409',
    'Look the code up in the documentation of the Atlas Admin API; repeating the request does not help.',
    undefined,
    asksTheCluster,
  ),
]

/** A POST whose answer is lost though Atlas executed it: its snapshot is found and adopted. */
function lost(fault: string, what: string, status: number): Row {
  return {
    name: `adopts the snapshot of a POST that was executed, on ${fault}`,
    scenario: { faults: [fault] },
    requests: ['create 401', `create ${status}`, ...lists, 'get 200'],
    log: [`${what} ${looking}`, adopted],
    outputs: completed,
    taken: 1,
  }
}

const lostPosts: readonly Row[] = [
  lost('create:reset:executed', `${brokenPost} (read ECONNRESET).`, 0),
  lost('create:cut', `${brokenPost} (aborted).`, 200),
  lost(
    'create:408:executed',
    'Taking a snapshot of cluster demo: Atlas answered HTTP 408 Request Timeout, UNEXPECTED_ERROR: Unexpected error.',
    408,
  ),
  lost(
    'create:500:executed',
    'Taking a snapshot of cluster demo: Atlas answered HTTP 500 Internal Server Error, UNEXPECTED_ERROR: Unexpected error.',
    500,
  ),
  lost(
    'create:html:executed',
    'Taking a snapshot of cluster demo: Atlas answered HTTP 502 Bad Gateway.',
    502,
  ),
  lost(
    'create:html=200:executed',
    'Taking a snapshot of cluster demo: the answer (HTTP 200) is not JSON.',
    200,
  ),
  lost('create:null:executed', 'Taking a snapshot of cluster demo: the answer is no snapshot.', 200),
  lost('create:shape:executed', 'Taking a snapshot of cluster demo: the answer is no snapshot.', 200),
]

/** A poll that brings nothing usable: it is repeated. */
function repeated(fault: string, what: string, status: number): Row {
  return {
    name: `reads again on ${fault}`,
    scenario: { faults: [fault] },
    requests:
      status === 200
        ? ['create 401', 'create 200', 'get 200']
        : ['create 401', 'create 200', `get ${status}`, 'get 200'],
    log: [what],
    outputs: completed,
    taken: 1,
  }
}

const brokenGet = `Reading snapshot ID: the connection broke before the whole answer had come`
const lostPolls: readonly Row[] = [
  repeated('get:reset', `${brokenGet} (read ECONNRESET).`, 0),
  repeated('get:cut', `${brokenGet} (aborted).`, 200),
  repeated('get:408', 'Reading snapshot ID: Atlas answered HTTP 408', 408),
  repeated('get:503', 'Reading snapshot ID: Atlas answered HTTP 503', 503),
  repeated('get:html=200', 'Reading snapshot ID: the answer (HTTP 200) is not JSON.', 200),
  repeated('get:null', 'Reading snapshot ID: the answer is no snapshot.', 200),
  repeated('get:shape', 'Reading snapshot ID: the answer is no snapshot.', 200),
  repeated('get:other-id', 'Reading snapshot ID: the answer is about another snapshot, ID.', 200),
  repeated('get:429:retry-after=1', 'Reading snapshot ID was put off (HTTP 429', 429),
  repeated('get:429', 'Reading snapshot ID was put off (HTTP 429', 429),
  repeated('get:429:retry-after=soon', 'Reading snapshot ID was put off (HTTP 429', 429),
  repeated(
    'get:404:code=SNAPSHOT_NOT_FOUND',
    'Reading snapshot ID was refused (HTTP 404 Not Found, SNAPSHOT_NOT_FOUND',
    404,
  ),
]

/** Rows that create half a minute or more, since that is what they are about; they start first. */
const slow: readonly Row[] = [
  {
    name: 'ends a wait for a snapshot of its own that Atlas has not known for 60 s',
    scenario: { faults: ['get:404:code=SNAPSHOT_NOT_FOUND:detail=No such snapshot:times=always'] },
    requests: expect.arrayContaining(['create 401', 'create 200', 'get 404']),
    error:
      'Snapshot not found | Reading snapshot ID was refused (HTTP 404 Not Found, SNAPSHOT_NOT_FOUND: No such snapshot). Snapshot ID was queued when last seen, but Atlas does not know it now: do not count on it. Look at the backups of the cluster in Atlas: the snapshot was deleted, has expired, or belongs to another cluster.',
    outputs: ['queued', 'true'],
    taken: 1,
  },
  {
    name: 'gives a POST 30 s, and then adopts what it took',
    scenario: { faults: ['create:hang:executed'] },
    requests: ['create 401', 'create 0', ...lists],
    log: [`Taking a snapshot of cluster demo: no whole answer within 30 s. ${looking}`, adopted],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'gives a dripping answer to a POST 30 s, and then adopts what it took',
    scenario: { faults: ['create:drip=200'] },
    requests: ['create 401', 'create 200', ...lists],
    log: [`Taking a snapshot of cluster demo: no whole answer within 30 s. ${looking}`, adopted],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'gives a dripping answer to a poll 30 s, and then asks again',
    scenario: { faults: ['get:drip=200'] },
    requests: ['create 401', 'create 200', 'get 200'],
    log: ['Reading snapshot ID: no whole answer within 30 s.'],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'gives a request 30 s, and then asks again',
    scenario: { faults: ['get:hang'] },
    requests: ['create 401', 'create 200', 'get 0', 'get 200'],
    log: ['Reading snapshot ID: no whole answer within 30 s.'],
    outputs: completed,
    taken: 1,
  },
]

const others: readonly Row[] = [
  {
    name: 'asks again when nothing bears the tag, 5 s after a POST of unknown fate',
    scenario: { faults: ['create:reset'] },
    requests: ['create 401', 'create 0', ...lists, ...lists, ...taken],
    log: [
      `${brokenPost} (read ECONNRESET). ${looking}`,
      'No snapshot of the cluster bears [as-TAG]: asking Atlas for one again.',
    ],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'fails after an answer about somebody else’s snapshot, and asks for no second one',
    scenario: { faults: ['create:other-id'], atlas: { olderSnapshots: 1 } },
    requests: ['create 401', 'create 200', ...lists, ...lists],
    log: [`The answer to the request for a snapshot is about another one, ID. ${looking}`],
    error: `Atlas answered about another snapshot | The answer to the request for a snapshot is about another one, ID. ${mayExist} ${look} See in Atlas whose snapshot ID is, and check that no proxy between the runner and Atlas mixes up answers.`,
    outputs: nothing,
    taken: 0,
  },
  {
    name: 'asks again at once when the request without credentials is lost, since nothing was executed',
    scenario: { faults: ['create:reset:unauthenticated'] },
    requests: ['create 0', ...['list 401', 'list 200', 'list-sharded 200'], ...taken],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'comes through a time in which every connection is refused',
    scenario: { faults: ['get:refuse=3'] },
    requests: ['create 401', 'create 200', 'get 0', 'get 200'],
    log: ['Reading snapshot ID: no connection (connect ECONNREFUSED 127.0.0.1:'],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'waits as long as a 429 says before it asks again',
    scenario: { faults: ['create:429:code=RATE_LIMITED:retry-after=1'] },
    requests: ['create 401', 'create 429', ...lists, ...taken],
    log: [
      'Taking a snapshot of cluster demo was put off (HTTP 429 Too Many Requests, RATE_LIMITED: Unexpected error). Trying again in 1 s.',
    ],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'waits as long as a 429 says with a date',
    scenario: {
      faults: [`create:429:code=RATE_LIMITED:retry-after=${new Date(Date.now() + 3_600_000).toUTCString()}`],
      inputs: { 'timeout-minutes': '0.03' },
    },
    requests: ['create 401', 'create 429'],
    error: expect.stringMatching(
      /^Atlas limits the rate of requests \| .* Atlas asks to wait (1 h|5\d min( \d+ s)?), which is beyond this step's deadline\. No snapshot was taken\./,
    ),
    outputs: nothing,
    taken: 0,
  },
  {
    name: 'finds what it took in a list that lags, behind 600 older ones, and shrinks while it is paged',
    scenario: {
      faults: ['create:reset:executed'],
      atlas: {
        olderSnapshots: 600,
        list: { lagSeconds: 4, order: 'oldest', shrinks: 1 },
        secondsToCompleted: 8,
      },
    },
    requests: [
      ...['create 401', 'create 0', 'list 200', 'list 200', 'list 200', 'list 200', 'list-sharded 200'],
      ...['list 200', 'list 200', 'list-sharded 200', 'get 200'],
    ],
    log: [adopted],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'waits while Atlas is being upgraded',
    scenario: { faults: ['create:405:code=WRITES_NOT_ALLOWED_DURING_APP_UPGRADES:retry-after=1'] },
    requests: ['create 401', 'create 405', ...lists, ...taken],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'fails at once when it would have to wait beyond its deadline',
    scenario: { faults: ['create:429:code=RATE_LIMITED:retry-after=7200'] },
    requests: ['create 401', 'create 429'],
    error:
      "Atlas limits the rate of requests | Taking a snapshot of cluster demo was put off (HTTP 429 Too Many Requests, RATE_LIMITED: Unexpected error). Atlas asks to wait 2 h, which is beyond this step's deadline. No snapshot was taken. Raise timeout-minutes so that the step can wait as long as Atlas asks, or try later.",
    outputs: nothing,
    taken: 0,
  },
  {
    name: 'takes a new nonce when one is stale',
    scenario: { faults: ['get:stale'] },
    requests: ['create 401', 'create 200', 'get 401', 'get 200'],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'gives up on a server that calls every nonce stale',
    scenario: { faults: ['create:stale:times=always'] },
    requests: ['create 401', 'create 401', 'create 401', 'create 401', 'create 401'],
    error: `Atlas refuses every nonce | Taking a snapshot of cluster demo: one digest nonce after the other was refused as stale. No snapshot was taken. Check that no proxy between the runner and Atlas keeps or mixes up answers.`,
    outputs: nothing,
    taken: 0,
  },
  {
    name: 'follows no redirect of a POST, and tells nothing of what a login would go by',
    scenario: { faults: [`create:redirect=https://elsewhere.example/?SAMLRequest=${'x'.repeat(4_000)}`] },
    requests: ['create 401', 'create 302'],
    error: `Something between here and Atlas redirects the request | Taking a snapshot of cluster demo: HTTP 302 to https://elsewhere.example/. A redirect is never followed, so that credentials go nowhere else. ${mayExist} ${look} Check base-url, and the proxies and captive portals of the runner.`,
    outputs: nothing,
    taken: 0,
  },
  {
    name: 'follows no redirect of a poll',
    scenario: { faults: ['get:redirect=https://elsewhere.example/'] },
    requests: ['create 401', 'create 200', 'get 302'],
    error: `Something between here and Atlas redirects the request | Reading snapshot ID: HTTP 302 to https://elsewhere.example/. A redirect is never followed, so that credentials go nowhere else. Snapshot ID was queued when last seen. ${attach} Check base-url, and the proxies and captive portals of the runner.`,
    outputs: ['queued', 'true'],
    taken: 1,
  },
  {
    name: 'does not read an endless answer to a poll to its end',
    scenario: { faults: ['get:huge'] },
    requests: ['create 401', 'create 200', 'get 200'],
    error: `The answer is too large | Reading snapshot ID: the answer is larger than 8.00 MiB, which is read no further. Snapshot ID was queued when last seen. ${attach} Check base-url and the proxies between the runner and Atlas.`,
    outputs: ['queued', 'true'],
    taken: 1,
  },
  {
    name: 'ends a wait that Atlas forbids',
    scenario: {
      faults: ['get:403:code=IP_ADDRESS_NOT_ON_ACCESS_LIST:detail=IP address 1.2.3.4 is not allowed'],
    },
    requests: ['create 401', 'create 200', 'get 403'],
    error: `The API access list lacks this runner | Reading snapshot ID was refused (HTTP 403 Forbidden, IP_ADDRESS_NOT_ON_ACCESS_LIST: IP address 1.2.3.4 is not allowed). Snapshot ID was queued when last seen. ${attach} Add the runner's IP address to the API access list of the API key itself, which is not the project's IP access list; hosted runners change their address from job to job ${apiAccess}`,
    outputs: ['queued', 'true'],
    taken: 1,
  },
  {
    name: 'ends a wait whose key is withdrawn, after one try with fresh credentials',
    scenario: { faults: ['get:refuse-nonce', 'get:unauthorized'] },
    requests: ['create 401', 'create 200', 'get 401', 'get 401'],
    error: `Atlas does not accept the API key | Reading snapshot ID was refused (HTTP 401 Unauthorized, UNEXPECTED_ERROR: You are not authorized for this resource). Snapshot ID was queued when last seen. ${attach} Check that public-key and private-key are the two halves of one API key that still exists, and that base-url is the Atlas it belongs to ${apiAccess}`,
    outputs: ['queued', 'true'],
    taken: 1,
  },
  {
    name: 'does not read an endless answer to its end',
    scenario: { faults: ['create:huge:executed'] },
    requests: ['create 401', 'create 200'],
    error: `The answer is too large | Taking a snapshot of cluster demo: the answer is larger than 8.00 MiB, which is read no further. ${mayExist} ${look} Check base-url and the proxies between the runner and Atlas.`,
    outputs: nothing,
    taken: 1,
  },
  {
    name: 'recognises its own snapshot in a conflict when a proxy sent its POST twice',
    scenario: { faults: ['create:twice'] },
    requests: ['create 401', 'create 400', ...lists, 'get 200'],
    log: [adopted],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'fails with a failed snapshot',
    scenario: { atlas: { failSnapshots: true } },
    requests: taken,
    error:
      "The snapshot failed | Atlas reports snapshot ID as failed, so there is no backup to go back to. Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then run this again.",
    outputs: ['failed', 'true'],
    taken: 1,
  },
  {
    name: 'fails at the deadline with a POST under way, and says that a snapshot may exist',
    scenario: { faults: ['create:hang'], inputs: { 'timeout-minutes': '0.03' } },
    requests: ['create 401', 'create 0'],
    error: `The deadline has passed | The deadline of 2 s has passed while asking Atlas for a snapshot. ${mayExist} ${look} For more time, raise the input timeout-minutes.`,
    outputs: nothing,
    taken: 0,
  },
  {
    name: 'learns the id of a POST that is answered within a second of the deadline',
    scenario: { faults: ['create:delay=1900'], inputs: { 'timeout-minutes': '0.03' } },
    requests: ['create 401', 'create 200'],
    error: `The deadline has passed | The deadline of 2 s has passed while waiting for the snapshot. Snapshot ID was queued when last seen; it goes on in Atlas, and nothing was deleted. ${attach} For more time, raise the input timeout-minutes.`,
    outputs: ['queued', 'true'],
    taken: 1,
  },
  {
    name: 'fails at the deadline while a poll hangs, and says how to go on',
    scenario: { faults: ['get:hang'], inputs: { 'timeout-minutes': '0.03' } },
    requests: ['create 401', 'create 200', 'get 0'],
    error: `The deadline has passed | The deadline of 2 s has passed while waiting for the snapshot. Snapshot ID was queued when last seen; it goes on in Atlas, and nothing was deleted. ${attach} For more time, raise the input timeout-minutes.`,
    outputs: ['queued', 'true'],
    taken: 1,
  },
  {
    name: 'waits on a status it does not know until the deadline',
    scenario: {
      atlas: { oddStatus: { word: 'thinking', fromSeconds: 0, toSeconds: 100 } },
      inputs: { 'timeout-minutes': '0.03' },
    },
    requests: taken,
    error: `The deadline has passed | The deadline of 2 s has passed while waiting for the snapshot. Snapshot ID was thinking when last seen; it goes on in Atlas, and nothing was deleted. ${attach} For more time, raise the input timeout-minutes.`,
    outputs: ['thinking', 'true'],
    taken: 1,
  },
  {
    name: 'loses only snapshot-ids when the members of a sharded cluster cannot be read',
    scenario: { inputs: { 'cluster-name': 'sharded' }, faults: ['get-sharded:503'] },
    requests: [...taken, 'get-sharded 503'],
    warnings: [
      'Atlas snapshot | The members of snapshot ID could not be read, so snapshot-ids is empty: Reading snapshot ID: Atlas answered HTTP 503 Service Unavailable, UNEXPECTED_ERROR: Unexpected error.',
    ],
    outputs: completed,
    taken: 1,
  },
  {
    name: 'lets nothing that a server says be a command',
    scenario: {
      faults: ['create:400:code=SOMETHING:detail=##[error]a\n::set-output name=status::completed\r##[x]'],
    },
    requests: ['create 401', 'create 400', ...asksTheCluster],
    error: `Atlas refused the request | ${refused('400 Bad Request, SOMETHING: # #[error]a ::set-output name=status::completed # #[x]')} Correct the inputs by what Atlas says.`,
    outputs: nothing,
    taken: 0,
  },
]

describe('an answer of Atlas, and what the action makes of it:', () => {
  const rows = [...slow, ...refusals, ...lostPosts, ...lostPolls, ...others]
  const played = playAll(rows)

  it.each(rows)(
    '$name',
    async ({ name, requests, error, log = [], warnings = [], outputs, taken }) => {
      const found = await played(name)
      expect(found.errors).toEqual(error === undefined ? [] : [error])
      expect(found.exitCode).toBe(error === undefined ? 0 : 1)
      expect(found.requests).toEqual(requests)
      for (const line of log) expect(found.log).toContainEqual(expect.stringContaining(line))
      expect(found.warnings).toEqual(warnings)
      const { status, created, 'snapshot-id': id } = found.result.outputs
      expect([status, created]).toEqual(outputs)
      expect(id).toMatch(outputs[0] === '' ? /^$/ : /^[0-9a-f]{24}$/)
      expect(found.taken).toBe(taken)
      expect(found.result.stderr).toBe('')
    },
    150_000,
  )

  it('waits no less than 5 s after a POST of unknown fate', async () => {
    const found = await played('asks again when nothing bears the tag, 5 s after a POST of unknown fate')
    const [first = 0, second = 0] = found.takenAt
    expect(second - first).toBeGreaterThanOrEqual(5_000)
  }, 150_000)

  it('takes a challenge for each request from then on when a reused nonce is refused', async () => {
    const { requests, exitCode } = await play({ faults: ['get:refuse-nonce'] })
    const [unauthorized, authorized, ...polls] = requests
    expect([unauthorized, authorized]).toEqual(['create 401', 'create 200'])
    expect(polls.length).toBeGreaterThan(2)
    expect(polls).toEqual(polls.map((_, index) => (index % 2 === 0 ? 'get 401' : 'get 200')))
    expect(exitCode).toBe(0)
  }, 150_000)

  it('tells of each request in a debug line', async () => {
    for (const { result, asked } of await Promise.all(rows.map(({ name }) => played(name)))) {
      const debug = result.commands.filter(({ name }) => name === 'debug')
      // A request that the emulator has not answered when the step ends has its line, too.
      expect(debug.length).toBeGreaterThanOrEqual(asked)
      for (const { data } of debug)
        expect(data).toMatch(/^(GET|POST) \/api\/atlas\/v2\/\S+ (\d{3}|\w+Error) \d+ ms$/)
    }
  }, 150_000)
})
