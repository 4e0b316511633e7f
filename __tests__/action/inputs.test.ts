import { describe, expect, it } from '@jest/globals'
import { INPUT_NAMES, type InputName } from '../../src/action/input-reader.js'
import { defaultDescription, type Inputs, parseInputs } from '../../src/action/inputs.js'
import { actionYml } from '../support/action-yml.js'
import { catchProblems } from '../support/assertions.js'

type Given = Partial<Readonly<Record<InputName, string>>>

const declared = actionYml().inputs

const needed: Given = {
  'group-id': '5f1e2d3c4b5a69788796a5b4',
  'cluster-name': 'shop-prod',
  'public-key': 'abcdefgh',
  'private-key': '5ec2e700-private',
}

/** Parses inputs as the runner gives them: defaults for what is not given, an explicit empty value as it is. */
function parse(given: Given = {}, env: NodeJS.ProcessEnv = {}): Inputs {
  const all: Given = { ...needed, ...given }
  return parseInputs((name) => all[name] ?? declared[name]?.default ?? '', env)
}

/** What is wrong with inputs: about which they are, and the message. */
function problems(given: Given, env: NodeJS.ProcessEnv = {}): string[] {
  return catchProblems(() => parse(given, env))
}

describe('the inputs', () => {
  it('are those of action.yml', () => {
    expect([...INPUT_NAMES]).toEqual(Object.keys(declared))
  })

  it('have their defaults in action.yml alone, and all of those are good', () => {
    expect(parse()).toEqual({
      options: {
        cluster: {
          baseUrl: 'https://cloud.mongodb.com',
          apiVersion: '2023-01-01',
          groupId: '5f1e2d3c4b5a69788796a5b4',
          clusterName: 'shop-prod',
        },
        credentialName: 'API key abcdefgh',
        description: 'Atlas snapshot action',
        retentionInDays: 7,
        wait: false,
        timeoutMs: 3_600_000,
        pollIntervalMs: undefined,
        onConflict: 'wait',
        snapshotId: undefined,
        reuseWithinMs: undefined,
      },
      credentials: { kind: 'apiKey', publicKey: 'abcdefgh', privateKey: '5ec2e700-private' },
      dryRun: false,
      jobSummary: true,
      githubToken: undefined,
    })
  })

  it('may have a service account for credentials', () => {
    const account = { 'public-key': '', 'private-key': '', 'client-id': 'mdb_sa_id_1', 'client-secret': 's' }
    expect(parse(account).credentials).toEqual({
      kind: 'serviceAccount',
      clientId: 'mdb_sa_id_1',
      clientSecret: 's',
    })
  })

  it('are given in the units that the code uses', () => {
    const given: Given = {
      'retention-days': '30',
      description: 'before the release',
      wait: 'true',
      'timeout-minutes': '1.5',
      'poll-interval-seconds': '0.25',
      'on-conflict': 'reuse',
      'snapshot-id': '6A7F1E2D3C4B5A6978879601',
      'base-url': 'http://127.0.0.1:8080/',
      'api-version': 'v1.0',
      'job-summary': 'false',
      'github-token': 'ghs_5ec2e7',
    }
    expect(parse(given)).toMatchObject({
      options: {
        cluster: { baseUrl: 'http://127.0.0.1:8080', apiVersion: 'v1.0' },
        retentionInDays: 30,
        description: 'before the release',
        wait: true,
        timeoutMs: 90_000,
        pollIntervalMs: 250,
        onConflict: 'reuse',
        snapshotId: '6a7f1e2d3c4b5a6978879601',
      },
      jobSummary: false,
      githubToken: 'ghs_5ec2e7',
    })
    expect(parse({ 'reuse-within-minutes': '0.5', 'dry-run': 'true' })).toMatchObject({
      options: { reuseWithinMs: 30_000 },
      dryRun: true,
    })
  })
})

/** Values of an input just inside and just outside of its rule. */
const rules: readonly (readonly [InputName, readonly string[], readonly string[]])[] = [
  [
    'group-id',
    ['5f1e2d3c4b5a69788796a5b4', '5F1E2D3C4B5A69788796A5B4', '000000000000000000000000'],
    ['5f1e2d3c4b5a69788796a5b', '5f1e2d3c4b5a69788796a5b44', '5f1e2d3c4b5a69788796a5bg', 'shop'],
  ],
  [
    'cluster-name',
    ['a', '0', 'A-', 'shop-prod', 'x'.repeat(64)],
    ['-a', 'shop_prod', 'shop prod', 'shöp', 'shop/prod', 'x'.repeat(65)],
  ],
  [
    'retention-days',
    ['1', '007', '9007199254740991'],
    ['0', '-1', '1.5', '1e3', '9007199254740992', 'seven'],
  ],
  [
    'wait',
    ['true', 'True', 'TRUE', 'false', 'False', 'FALSE'],
    ['yes', 'no', '1', '0', 'on', 'tRUE', 'null'],
  ],
  [
    'timeout-minutes',
    ['7200', '0.01', '.5', '5.', '60'],
    ['0', '0.0', '-1', '7200.01', '1e2', '1,5', '60m', 'Infinity'],
  ],
  ['poll-interval-seconds', ['3600', '0.1', '2.5'], ['0', '0.09', '-2', '3600.1', 'NaN', '0x10']],
  ['on-conflict', ['wait', 'reuse', 'fail'], ['Wait', 'ignore', 'wait,fail']],
  [
    'snapshot-id',
    ['6a7f1e2d3c4b5a6978879601', '6A7F1E2D3C4B5A6978879601'],
    ['none', '6a7f1e2d3c4b5a697887960', '6a7f1e2d3c4b5a69788796011', '6a7f1e2d3c4b5a697887960g'],
  ],
  ['reuse-within-minutes', ['0.5', '100000', '60'], ['0', '-1', 'soon', '1e3']],
  ['dry-run', ['true', 'True', 'TRUE', 'false', 'False', 'FALSE'], ['yes', '0', 'maybe']],
  ['job-summary', ['true', 'True', 'TRUE', 'false', 'False', 'FALSE'], ['yes', 'T']],
  ['api-version', ['2023-01-01', 'v1.0'], ['2023-01-02', 'v2', '1.0', '2024-08-05']],
  [
    'base-url',
    [
      'https://cloud.mongodb.com',
      'https://cloud.mongodb.com/',
      'https://cloud.mongodbgov.com',
      'https://proxy.example:8443',
      'http://localhost:8080',
      'http://127.0.0.1',
      'http://127.255.255.254:1/',
      'http://[::1]:8080',
    ],
    [
      'cloud.mongodb.com',
      'http://cloud.mongodb.com',
      'http://128.0.0.1',
      'http://localhost.example',
      'http://127.0.0.1.example',
      'http://[::2]',
      'https://cloud.mongodb.com//',
      'https://cloud.mongodb.com/api',
      'https://cloud.mongodb.com?x=1',
      'https://cloud.mongodb.com#x',
      'https://cloud.mongodb.com:99999',
      'https://',
      'ftp://cloud.mongodb.com',
      'file:///etc/passwd',
    ],
  ],
]

describe.each(rules)('%s', (name, inside, outside) => {
  it.each(inside)('may be %s', (value) => {
    expect(problems({ [name]: value })).toEqual([])
  })

  it.each(outside)('may not be %s, and the message names both', (value) => {
    const found = problems({ [name]: value })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^${name}: ${name} is ".*", but has to be .*\\.$`, 's'))
    expect(found[0]).toContain(value.slice(0, 64))
  })
})

describe('the credentials of a URL in place of base-url', () => {
  it.each([
    ['https://5ec2e7@cloud.mongodb.com', 'https://***@cloud.mongodb.com'],
    ['https://user:5ec2e7@cloud.mongodb.com/', 'https://***@cloud.mongodb.com/'],
    ['https://user:5ec2e7%40@cloud.mongodb.com', 'https://***@cloud.mongodb.com'],
    ['https://user:pass@5ec2e7@cloud.mongodb.com', 'https://***@cloud.mongodb.com'],
  ])('are not shown: %s', (given, shown) => {
    expect(problems({ 'base-url': given })).toEqual([
      `base-url: base-url is "${shown}", but has to be an origin such as https://cloud.mongodb.com, with http: only for a loopback address.`,
    ])
  })
})

describe('a github-token', () => {
  it.each(['ghs_5ec2e7 x', 'ghs_5ec2e7\nx', 'ghs_5ec2e7…', 'ghs_5ec2e7\u0000'])(
    'is bad where no header can hold it, and is not shown: %j',
    (value) => {
      expect(problems({ 'github-token': value })).toEqual([
        'github-token: github-token has to be one line of ASCII characters without blanks.',
      ])
    },
  )
})

describe('an explicit empty value', () => {
  const withDefault = Object.keys(declared).filter((name) => declared[name]?.default !== undefined)
  const required = Object.keys(declared).filter((name) => declared[name]?.required === true)

  it('is looked at for every input of these', () => {
    expect(required).toEqual(['group-id', 'cluster-name'])
    expect(withDefault).toHaveLength(8)
  })

  it.each(required)('of %s is bad', (name) => {
    expect(problems({ [name]: '' })).toEqual([
      `${name}: ${name} is empty: it is required. If its value comes from vars or secrets, check that there is one of that name, and whether it belongs to an environment that the job does not name.`,
    ])
  })

  it.each(withDefault)('of %s is bad, though there is a default', (name) => {
    expect(problems({ [name]: '' })).toEqual([
      `${name}: ${name} is empty: give it a value, or leave it out for its default.`,
    ])
  })

  it.each(['description', 'poll-interval-seconds', 'snapshot-id', 'reuse-within-minutes', 'github-token'])(
    'of %s is as good as none',
    (name) => {
      expect(problems({ [name]: '' })).toEqual([])
    },
  )
})

describe('several bad inputs', () => {
  it('are reported together, each with its value', () => {
    const found = problems({
      'group-id': 'my-project',
      'cluster-name': '',
      'private-key': '',
      'retention-days': 'a week',
      wait: 'yes',
      'timeout-minutes': '0',
      'poll-interval-seconds': 'often',
      'on-conflict': 'panic',
      'snapshot-id': 'none',
      'reuse-within-minutes': '-5',
      'dry-run': 'perhaps',
      'base-url': 'http://cloud.mongodb.com',
      'api-version': 'v3',
      'job-summary': 'short',
    })
    expect(found).toEqual([
      'group-id: group-id is "my-project", but has to be 24 hexadecimal digits.',
      expect.stringContaining('cluster-name is empty'),
      expect.stringContaining('private-key is empty, but public-key is set'),
      'retention-days: retention-days is "a week", but has to be a whole number, 1 or more.',
      'wait: wait is "yes", but has to be true or false.',
      'timeout-minutes: timeout-minutes is "0", but has to be a number above 0, at most 7200.',
      'poll-interval-seconds: poll-interval-seconds is "often", but has to be a number, 0.1 or more, at most 3600.',
      'on-conflict: on-conflict is "panic", but has to be wait, reuse or fail.',
      'snapshot-id: snapshot-id is "none", but has to be 24 hexadecimal digits.',
      'reuse-within-minutes: reuse-within-minutes is "-5", but has to be a number above 0.',
      'dry-run: dry-run is "perhaps", but has to be true or false.',
      expect.stringContaining('base-url is "http://cloud.mongodb.com", but has to be an origin'),
      'api-version: api-version is "v3", but has to be 2023-01-01 or v1.0.',
      'job-summary: job-summary is "short", but has to be true or false.',
      expect.stringContaining('snapshot-id and reuse-within-minutes exclude each other'),
    ])
    expect(found.join()).not.toContain('5ec2e7')
  })

  it('are one message of an error, too', () => {
    expect(() => parse({ wait: '', 'dry-run': '' })).toThrow(/wait is empty.* dry-run is empty/)
  })
})

describe('snapshot-id and reuse-within-minutes', () => {
  it('exclude each other, be they good or bad', () => {
    const both = { 'snapshot-id': '6a7f1e2d3c4b5a6978879601', 'reuse-within-minutes': '60' }
    expect(problems(both)).toEqual([
      expect.stringMatching(/^snapshot-id, reuse-within-minutes: .*exclude each other/),
    ])
    expect(problems({ ...both, 'reuse-within-minutes': 'soon' })).toEqual([
      expect.stringMatching(/^reuse-within-minutes: .* is "soon"/),
      expect.stringContaining('exclude each other'),
    ])
    expect(problems({ ...both, 'reuse-within-minutes': '' })).toEqual([])
  })
})

describe('poll-interval-seconds and timeout-minutes', () => {
  const slow = { wait: 'true', 'timeout-minutes': '1.5', 'poll-interval-seconds': '90' }

  it.each(['90', '90.5', '3600'])('leave no room for a look in 1.5 minutes: every %s seconds', (seconds) => {
    expect(problems({ ...slow, 'poll-interval-seconds': seconds })).toEqual([
      `poll-interval-seconds, timeout-minutes: poll-interval-seconds (${seconds} seconds) has to be shorter than timeout-minutes (1.5 minutes, which is 90 seconds): the first poll would come too late. Lower poll-interval-seconds, leave it empty, or raise timeout-minutes.`,
    ])
  })

  it.each([{ 'poll-interval-seconds': '89.9' }, { 'poll-interval-seconds': '' }, { wait: 'false' }])(
    'go together with %j',
    (given) => {
      expect(problems({ ...slow, ...given })).toEqual([])
    },
  )

  it('are looked at however wait says true, and beside other bad inputs', () => {
    expect(problems({ ...slow, wait: 'True', 'retention-days': '0' })).toEqual([
      expect.stringMatching(/^retention-days: /),
      expect.stringMatching(/^poll-interval-seconds, timeout-minutes: /),
    ])
  })

  it.each([
    { 'poll-interval-seconds': 'often' },
    { 'timeout-minutes': 'long' },
    { 'timeout-minutes': '' },
    { 'timeout-minutes': '0' },
    { 'timeout-minutes': '-1' },
    { wait: 'yes' },
  ])('are told once where one of them is bad alone: %j', (given) => {
    expect(problems({ ...slow, ...given })).toEqual([expect.stringMatching(/^[a-z-]+: /)])
  })
})

const run = {
  GITHUB_REPOSITORY: 'octo/shop',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  GITHUB_WORKFLOW: 'Deploy to production',
  GITHUB_RUN_ID: '9876543210',
  GITHUB_RUN_ATTEMPT: '2',
}

describe('the description of a snapshot without one', () => {
  it('leads back to the run', () => {
    expect(defaultDescription(run)).toBe('octo/shop@0123456 Deploy to production run 9876543210.2')
  })

  it.each([
    ['GITHUB_REPOSITORY', '@0123456 Deploy to production run 9876543210.2'],
    ['GITHUB_SHA', 'octo/shop Deploy to production run 9876543210.2'],
    ['GITHUB_WORKFLOW', 'octo/shop@0123456 run 9876543210.2'],
    ['GITHUB_RUN_ID', 'octo/shop@0123456 Deploy to production run 2'],
    ['GITHUB_RUN_ATTEMPT', 'octo/shop@0123456 Deploy to production run 9876543210'],
  ])('is what there is without %s, be it missing or empty', (name, expected) => {
    expect(defaultDescription({ ...run, [name]: undefined })).toBe(expected)
    expect(defaultDescription({ ...run, [name]: '' })).toBe(expected)
  })

  it('is a name of this action outside of a workflow', () => {
    expect(defaultDescription({})).toBe('Atlas snapshot action')
  })
})
