import { describe, expect, it } from '@jest/globals'
import { readCredentials } from '../../src/action/credential-inputs.js'
import { InputReader } from '../../src/action/input-reader.js'
import { problemWith } from '../support/assertions.js'
import { setEnvironment } from '../support/environment.js'

type Given = Readonly<Record<string, string>>

const PUBLIC_KEY = 'MONGODB_ATLAS_PUBLIC_API_KEY'
const PRIVATE_KEY = 'MONGODB_ATLAS_PRIVATE_API_KEY'
const CLIENT_ID = 'MONGODB_ATLAS_CLIENT_ID'
const CLIENT_SECRET = 'MONGODB_ATLAS_CLIENT_SECRET'

const key = { 'public-key': 'pub', 'private-key': 'priv' }
const account = { 'client-id': 'id', 'client-secret': 'secret' }
const keyVariables = { [PUBLIC_KEY]: 'envpub', [PRIVATE_KEY]: 'envpriv' }
const accountVariables = { [CLIENT_ID]: 'envid', [CLIENT_SECRET]: 'envsecret' }

/** The format of a private key in Atlas. */
const UUID = '1f2e3d4c-5b6a-4978-8899-aabbccddeeff'
/** The formats of a service account's client ID and secret in Atlas. */
const SA_ID = 'mdb_sa_id_1f2e3d4c5b6a49788899aabb'
const SA_SECRET = 'mdb_sa_sk_5ec2e7'

function read(given: Given, env: NodeJS.ProcessEnv = {}) {
  const get = (name: string) => given[name] ?? ''
  const reader = new InputReader(get)
  setEnvironment(env)
  const credentials = readCredentials(get, reader)
  return { credentials, problems: reader.problems }
}

/** The problems of invalid credentials. */
function problems(given: Given, env: NodeJS.ProcessEnv = {}) {
  const { credentials, problems } = read(given, env)
  expect(credentials).toBeUndefined()
  return problems
}

const inputKey = { kind: 'apiKey', publicKey: 'pub', privateKey: 'priv' }
const envKey = { kind: 'apiKey', publicKey: 'envpub', privateKey: 'envpriv' }
const inputAccount = { kind: 'serviceAccount', clientId: 'id', clientSecret: 'secret' }
const envAccount = { kind: 'serviceAccount', clientId: 'envid', clientSecret: 'envsecret' }

describe('credentials', () => {
  it.each<[string, Given, NodeJS.ProcessEnv, object]>([
    ['the API key in the inputs, not the account in the environment', key, accountVariables, inputKey],
    ['the service account in the environment', {}, accountVariables, envAccount],
    ['the account in the inputs, not the API key in the environment', account, keyVariables, inputAccount],
    ['trimmed in the environment', {}, { [PUBLIC_KEY]: ' envpub\n', [PRIVATE_KEY]: '\tenvpriv ' }, envKey],
  ])('are %s', (_, given, env, expected) => {
    const { credentials, problems } = read(given, env)
    expect(problems).toStrictEqual([])
    expect(credentials).toStrictEqual(expected)
  })

  // The second value is the name for the secret.
  it.each<[string, string, Given, NodeJS.ProcessEnv]>([
    ['public-key', '', { 'public-key': UUID.toUpperCase(), 'private-key': 'abcdefgh' }, {}],
    ['client-id', '', { 'client-id': SA_SECRET.toUpperCase(), 'client-secret': SA_ID }, {}],
    ['public-key', 'client-secret', { 'public-key': SA_SECRET, 'private-key': 'abcdefgh' }, {}],
    ['client-id', 'private-key', { 'client-id': UUID, 'client-secret': SA_ID }, {}],
    ['public-key', '', { 'public-key': `abcdefgh:${UUID}`, 'private-key': UUID }, {}],
    [CLIENT_ID, PRIVATE_KEY, {}, { [CLIENT_ID]: UUID, [CLIENT_SECRET]: SA_ID }],
  ])('are invalid if %s contains a secret', (name, home, given, env) => {
    const found = problems(given, env)
    expect(found).toStrictEqual([problemWith(name, home)])
    expect(JSON.stringify(found)).not.toMatch(/1f2e3d4c/i)
  })

  it.each<Given>([
    { 'public-key': UUID.slice(1), 'private-key': UUID },
    { 'public-key': 'a:b', 'private-key': UUID },
    { 'client-id': `x${SA_SECRET}`, 'client-secret': 'a:b c' },
  ])('can have a public half in another format: %j', (given) => {
    expect(read(given).problems).toStrictEqual([])
  })

  it.each<[missing: string, there: string, Given, NodeJS.ProcessEnv]>([
    ['private-key', 'public-key', { 'public-key': 'pub' }, {}],
    ['client-id', 'client-secret', { 'client-secret': 'secret' }, {}],
    // A half pair in the inputs also disables the pair in the environment.
    ['private-key', 'public-key', { 'public-key': 'pub' }, keyVariables],
    [CLIENT_ID, CLIENT_SECRET, {}, { [CLIENT_SECRET]: 'envsecret' }],
  ])('are missing %s if only %s is set', (missing, there, given, env) => {
    const found = problems(given, env)
    expect(found).toStrictEqual([problemWith(missing, there)])
    // Fork runs don't receive secrets, but do receive variables.
    expect(JSON.stringify(found).includes('Dependabot')).toBe(/private|secret/i.test(missing))
  })

  it.each<[string, Given, NodeJS.ProcessEnv]>([
    ['public-key, private-key, client-id, client-secret', { ...key, ...account }, {}],
    ['public-key, client-secret', { 'public-key': 'pub', 'client-secret': 'secret' }, {}],
    [`${PUBLIC_KEY}, ${CLIENT_ID}`, {}, { [PUBLIC_KEY]: 'pub', [CLIENT_ID]: 'id' }],
  ])('are invalid if both kinds are set: %s', (names, given, env) => {
    expect(problems(given, env)).toStrictEqual([problemWith(names)])
  })

  // In Basic authentication, the secret starts after the first colon.
  it('are invalid if the client ID contains a colon', () => {
    expect(problems({ ...account, 'client-id': 'i:d' })).toStrictEqual([problemWith('client-id')])
  })

  it.each(['\n', '\r', '\t', '\0', '\u0085', '\u007f'])(
    'are invalid if they contain the control character %j',
    (control) => {
      const secret = `5ec${control}2e7`
      const found = [
        ...problems({ 'public-key': `p${control}ub`, 'private-key': secret }),
        ...problems({ 'client-id': 'id', 'client-secret': secret }),
      ]
      expect(found).toStrictEqual(
        ['public-key, private-key', 'client-secret'].map((names) => problemWith(names)),
      )
      expect(JSON.stringify(found)).not.toMatch(/5ec|2e7/)
    },
  )
})
