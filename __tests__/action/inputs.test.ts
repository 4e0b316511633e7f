import { beforeEach, describe, expect, it } from '@jest/globals'
import { readMetadata } from '../../script/metadata.js'
import { CREDENTIALS } from '../../src/action/credential-inputs.js'
import type { InputProblem } from '../../src/action/input-reader.js'
import { defaultDescription, type ParsedInputs, parseInputs } from '../../src/action/inputs.js'
import { problemWith } from '../support/assertions.js'
import { setEnvironment } from '../support/environment.js'

// Without quotes.
expect.addSnapshotSerializer({ test: (value) => typeof value === 'string', print: String })

type Given = Readonly<Record<string, string>>

const declared = readMetadata().inputs

const needed: Given = {
  'group-id': '5f1e2d3c4b5a69788796a5b4',
  'cluster-name': 'shop-prod',
  'public-key': 'abcdefgh',
  'private-key': '5ec2e7-private',
}

const account: Given = { 'client-id': 'mdb_sa_id_5f1e2d3c4b5a69788796a5b4', 'client-secret': 's' }

/** Parses inputs with the defaults of action.yml. Explicit empty values stay empty. */
function parse(given: Given = {}): ParsedInputs {
  const all: Given = { ...needed, ...given }
  return parseInputs((name) => all[name] ?? declared[name]?.default ?? '')
}

function problems(given: Given): readonly InputProblem[] {
  const parsed = parse(given)
  return 'problems' in parsed ? parsed.problems : []
}

beforeEach(() => setEnvironment({}))

describe('the inputs', () => {
  it('are those of action.yml', () => {
    for (const given of [needed, account]) {
      const read = new Set<string>()
      parseInputs((name) => {
        read.add(name)
        return given[name] ?? ''
      })
      expect([...read].sort()).toStrictEqual(Object.keys(declared).sort())
    }
  })

  it('have valid defaults, which only action.yml defines', () => {
    const options = {
      cluster: {
        baseUrl: 'https://cloud.mongodb.com',
        apiVersion: '2023-01-01',
        groupId: '5f1e2d3c4b5a69788796a5b4',
        clusterName: 'shop-prod',
      },
      credentialName: 'API key abcdefgh',
      request: { description: defaultDescription(), retentionInDays: 7 },
      wait: false,
      timeoutMs: 3_600_000,
      pollIntervalMs: undefined,
      onConflict: 'wait',
      snapshotId: undefined,
      reuseWithinMs: undefined,
    }
    const credentials = { kind: 'apiKey', publicKey: 'abcdefgh', privateKey: '5ec2e7-private' }
    expect(parse()).toStrictEqual({
      inputs: { options, credentials, dryRun: false, jobSummary: true, githubToken: undefined },
    })
  })
})

interface Rule {
  /** A value, and the part of the parsed inputs that it becomes. */
  readonly becomes: readonly [value: string, parsed: object]
  readonly valid?: readonly string[]
  readonly invalid?: readonly string[]
}

/** What each input becomes, and more values around its limits. The golden file has a message for each input. */
const rules: Readonly<Record<string, Rule>> = {
  'group-id': {
    becomes: ['6A7F1E2D3C4B5A6978879601', { options: { cluster: { groupId: '6a7f1e2d3c4b5a6978879601' } } }],
    valid: ['000000000000000000000000'],
    invalid: ['5f1e2d3c4b5a69788796a5b', '5f1e2d3c4b5a69788796a5b44', '5f1e2d3c4b5a69788796a5bg'],
  },
  'cluster-name': {
    becomes: ['billing', { options: { cluster: { clusterName: 'billing' } } }],
    valid: ['a', '0', 'A-', 'shop-prod', 'x'.repeat(64)],
    invalid: ['-a', 'shop_prod', 'shop prod', 'shöp', 'shop/prod', 'x'.repeat(65)],
  },
  'retention-days': {
    becomes: ['30', { options: { request: { retentionInDays: 30 } } }],
    valid: ['1', '007', '9007199254740991'],
    invalid: ['0', '-1', '1.5', '1e3', '9007199254740992', 'seven'],
  },
  wait: {
    becomes: ['true', { options: { wait: true } }],
    valid: ['True', 'TRUE', 'false', 'False', 'FALSE'],
    invalid: ['yes', 'no', '1', '0', 'on', 'tRUE', 'null'],
  },
  'timeout-minutes': {
    becomes: ['1.5', { options: { timeoutMs: 90_000 } }],
    valid: ['7200', '0.01', '.5', '5.', '60'],
    invalid: ['0', '0.0', '-1', '7200.01', '1e2', '1,5', '60m', 'Infinity'],
  },
  'poll-interval-seconds': {
    becomes: ['0.25', { options: { pollIntervalMs: 250 } }],
    valid: ['60', '0.1'],
    invalid: ['0', '0.09', '60.1', '0x10'],
  },
  'on-conflict': {
    becomes: ['fail', { options: { onConflict: 'fail' } }],
    valid: ['wait'],
    invalid: ['Wait', 'reuse', 'wait,fail'],
  },
  'snapshot-id': {
    becomes: ['6A7F1E2D3C4B5A6978879601', { options: { snapshotId: '6a7f1e2d3c4b5a6978879601' } }],
    invalid: ['none', '6a7f1e2d3c4b5a697887960'],
  },
  'reuse-within-minutes': {
    becomes: ['0.5', { options: { reuseWithinMs: 30_000 } }],
    valid: ['100000'],
    invalid: ['0', '-1', 'soon'],
  },
  'dry-run': { becomes: ['true', { dryRun: true }], invalid: ['maybe'] },
  'job-summary': { becomes: ['false', { jobSummary: false }], invalid: ['T'] },
  'api-version': {
    becomes: ['v1.0', { options: { cluster: { apiVersion: 'v1.0' } } }],
    invalid: ['2023-01-02', 'v2', '1.0', '2024-08-05'],
  },
  'base-url': {
    becomes: ['http://127.0.0.1:8080/', { options: { cluster: { baseUrl: 'http://127.0.0.1:8080' } } }],
    valid: [
      ...['https://cloud.mongodb.com', 'https://proxy.example:8443/', 'http://localhost:8080'],
      ...['http://127.0.0.1', 'http://127.255.255.254:1/', 'http://[::1]:8080'],
    ],
    invalid: [
      ...['http://cloud.mongodb.com', 'http://128.0.0.1', 'http://localhost.example', 'http://[::2]'],
      'http://my-localhost',
      ...['cloud.mongodb.com', 'https://cloud.mongodb.com/api', 'https://cloud.mongodb.com?x=1'],
      ...['https://cloud.mongodb.com#x', 'https://cloud.mongodb.com:99999', 'ftp://cloud.mongodb.com'],
    ],
  },
  description: { becomes: ['anything: …', { options: { request: { description: 'anything: …' } } }] },
  // Its invalid values are not shown, so they have a test of their own.
  'github-token': { becomes: ['ghs_5ec2e7', { githubToken: 'ghs_5ec2e7' }] },
}

it('each input of action.yml has a rule here or is part of the credentials', () => {
  const credentials = CREDENTIALS.flatMap(({ inputs }) => inputs)
  expect([...Object.keys(rules), ...credentials].sort()).toStrictEqual(Object.keys(declared).sort())
})

const values = (which: 'valid' | 'invalid') =>
  Object.entries(rules).flatMap(([name, rule]) => (rule[which] ?? []).map((value) => [name, value] as const))

describe('a value', () => {
  it.each(Object.entries(rules))(
    'of %s is converted to the unit of the code',
    (name, { becomes: [value, parsed] }) => {
      expect(parse({ [name]: value })).toMatchObject({ inputs: parsed })
    },
  )

  it.each(values('valid'))('of %s can be %s', (name, value) => {
    expect(problems({ [name]: value })).toStrictEqual([])
  })

  it.each(values('invalid'))('of %s cannot be %s', (name, value) => {
    expect(problems({ [name]: value })).toStrictEqual([problemWith(name, JSON.stringify(value))])
  })
})

describe('invalid inputs', () => {
  it('are all rejected in one run, in these words', () => {
    const given = Object.entries(rules).map(([name, { invalid = [''] }]) => [name, invalid[0]])
    const messages = problems(Object.fromEntries(given)).map(({ message }) => message)
    expect(messages.join('\n')).toMatchSnapshot()
  })

  it('include all empty ones that are required or have a default', () => {
    const names = Object.keys(declared)
    const rejected = names.filter((name) => declared[name]?.required || declared[name]?.default !== undefined)
    const found = problems(Object.fromEntries(names.map((name) => [name, ''])))
    expect(found.map(({ names }) => names).sort()).toStrictEqual([...rejected, 'credentials'].sort())
    const misled = found.filter(({ names, message }) => declared[names]?.required && /default/.test(message))
    expect(misled).toStrictEqual([])
  })
})

it.each(['ghs_5ec2e7 x', 'ghs_5ec2e7\nx', 'ghs_5ec2e7…', 'ghs_5ec2e7\u0000'])(
  'github-token rejects %j, which is not valid in a header, and does not show it',
  (token) => {
    const found = problems({ 'github-token': token })
    expect(found).toStrictEqual([problemWith('github-token')])
    expect(JSON.stringify(found)).not.toContain('5ec2e7')
  },
)

const secretValues = [
  'mdb_sa_sk_5ec2e7',
  'MDB_SA_SK_5ec2e7',
  '"mdb_sa_sk_5ec2e7"',
  ...['ghp_5ec2e7', 'gho_5ec2e7', 'ghu_5ec2e7', 'ghs_5ec2e7', 'ghr_5ec2e7', 'github_pat_5ec2e7'],
]

describe('an invalid value in a message', () => {
  it.each(secretValues)('is not shown in any input if it has the format of a secret: %s', (value) => {
    for (const [name, { invalid }] of Object.entries(rules)) {
      const found = problems({ [name]: value })
      expect(found).toStrictEqual(invalid === undefined ? [] : [problemWith(name, 'secret')])
      expect(JSON.stringify(found)).not.toContain('5ec2e7')
    }
  })

  it('is not shown if it contains a private key, which is no cluster name', () => {
    const key = '5ec2e700-5ec2-4e75-8ec2-5ec2e75ec2e7'
    const found = problems({ wait: `key ${key}`, 'cluster-name': key })
    expect(found).toStrictEqual([problemWith('cluster-name', 'secret'), problemWith('wait', 'secret')])
    expect(problems({ 'cluster-name': `shop-${key}`, description: key })).toStrictEqual([])
  })

  it('is on one line, or only its length if it is long', () => {
    const shown = `${'x'.repeat(98)}\n"`
    expect(problems({ wait: shown })).toStrictEqual([problemWith('wait', JSON.stringify(shown))])
    const [problem] = problems({ wait: 'x'.repeat(101) })
    expect(problem).toStrictEqual(problemWith('wait', '101'))
    expect(problem?.message).not.toContain('xx')
  })

  it.each([
    ['https://someone@host.example/a', '***@host.example/a'],
    ['https://someone:5e\n@c2/e7@host.example', '***@host.example'],
    // The limit applies after the password is removed.
    [`https://someone:${'5ec2e7'.repeat(20)}@host.example`, '***@host.example'],
    ['someone@host.example', '***@host.example'],
  ])('does not contain the user and password of a URL: %s', (value, shown) => {
    expect(problems({ 'base-url': value })).toStrictEqual([problemWith('base-url', `"${shown}"`)])
  })
})

it('snapshot-id and reuse-within-minutes are invalid together, even if one of them is invalid itself', () => {
  const found = problems({ 'snapshot-id': '6a7f1e2d3c4b5a6978879601', 'reuse-within-minutes': 'soon' })
  expect(found).toStrictEqual([
    problemWith('reuse-within-minutes', '"soon"'),
    problemWith('snapshot-id, reuse-within-minutes'),
  ])
})

const run = {
  GITHUB_REPOSITORY: 'octo/shop',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  GITHUB_WORKFLOW: 'Deploy to production',
  GITHUB_RUN_ID: '9876543210',
  GITHUB_RUN_ATTEMPT: '2',
}

// The rows of main.test.ts have a complete one.
describe('the default description', () => {
  it.each([
    ['GITHUB_REPOSITORY', '@0123456 Deploy to production run 9876543210.2'],
    ['GITHUB_SHA', 'octo/shop Deploy to production run 9876543210.2'],
    ['GITHUB_WORKFLOW', 'octo/shop@0123456 run 9876543210.2'],
    ['GITHUB_RUN_ID', 'octo/shop@0123456 Deploy to production run 2'],
    ['GITHUB_RUN_ATTEMPT', 'octo/shop@0123456 Deploy to production run 9876543210'],
  ])('omits %s if it is missing or empty', (name, expected) => {
    for (const value of [undefined, '']) {
      setEnvironment({ ...run, [name]: value })
      expect(defaultDescription()).toBe(expected)
    }
  })

  it('is not empty outside of a workflow', () => {
    expect(defaultDescription()).not.toBe('')
  })
})
