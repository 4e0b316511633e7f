import { describe, expect, it } from '@jest/globals'
import { collectSecrets } from '../../src/action/masks.js'
import { setEnvironment } from '../support/environment.js'

const UUID = '1f2e3d4c-5b6a-4978-8899-aabbccddeeff'
const SA_SECRET = 'mdb_sa_sk_5ec2e7'
const PRIVATE_KEY = 'MONGODB_ATLAS_PRIVATE_API_KEY'

/** The secrets in these inputs and this environment, which contains the inputs, too. */
function secrets(given: Readonly<Record<string, string>>, more: NodeJS.ProcessEnv = {}): readonly string[] {
  const inputs = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  setEnvironment({ ...more, ...Object.fromEntries(inputs) })
  return collectSecrets((name) => given[name] ?? '')
}

describe('the secrets', () => {
  it.each([
    ['public-key', 'MONGODB_ATLAS_PUBLIC_API_KEY'],
    ['client-id', 'MONGODB_ATLAS_CLIENT_ID'],
  ])('include a secret in %s or %s', (input, variable) => {
    for (const secret of [SA_SECRET, UUID]) {
      expect(secrets({ 'private-key': 'priv', [input]: secret })).toStrictEqual(
        expect.arrayContaining(['priv', secret]),
      )
      expect(secrets({}, { [variable]: ` ${secret}\n` })).toStrictEqual([secret])
      expect(secrets({ [input]: `abcdefgh:${secret}` })).toStrictEqual([secret])
    }
  })

  it('include a private key in cluster-name if it is invalid, and no other UUID', () => {
    for (const name of [UUID, `shop_${UUID}`]) expect(secrets({ 'cluster-name': name })).toStrictEqual([UUID])
    expect(secrets({ 'cluster-name': `shop-${UUID}`, description: UUID }, { OTHER: UUID })).toStrictEqual([])
  })

  // inputs.test.ts has all formats.
  it('include a value in the format of a secret in any other input', () => {
    expect(secrets({}, { 'INPUT_GROUP-ID': ' ghp_1\n', OTHER: 'xghp_2' })).toStrictEqual(['ghp_1'])
  })

  it.each([
    ['client-id', SA_SECRET.toUpperCase()],
    ['group-id', SA_SECRET],
    // The format of the token of a GitHub App's installation.
    ['description', `ghs_123456_eyJ0_eX-1.${'aB3-_'.repeat(90)}.c-_9-`],
  ])('include only the secret of a text in %s', (input, secret) => {
    expect(secrets({ [input]: `Uses ${secret}.\ncompleted\n1` })).toStrictEqual([secret])
    expect(secrets({ [input]: `${secret}...\ncompleted` })).toStrictEqual([secret])
  })

  it('are the trimmed secret halves in all places and the token', () => {
    const inputs = {
      'public-key': 'pub',
      'private-key': 'priv',
      'client-id': 'id',
      'client-secret': 'secret',
      'github-token': 'token',
    }
    const env = { [PRIVATE_KEY]: ' envpriv\n', MONGODB_ATLAS_CLIENT_SECRET: 'envsecret', OTHER: 'x' }
    expect([...secrets(inputs, env)].sort()).toStrictEqual([
      ...['envpriv', 'envsecret', 'priv', 'secret', 'token'],
    ])
  })

  it('do not include blanks', () => {
    expect(secrets({ 'private-key': ' ' }, { [PRIVATE_KEY]: '  ' })).toStrictEqual([])
  })
})

describe('the password of a proxy', () => {
  const atlas = { 'base-url': 'https://cloud.mongodb.com' }
  const basic = (text: string) => Buffer.from(text).toString('base64')

  it.each([
    ['http://ci:demo@proxy.example:3128', ['demo', basic('ci:demo')]],
    ['http://ci%40home:p%40ss%20w@proxy.example:3128', ['p@ss w', basic('ci@home:p@ss w')]],
    ['http://:demo@proxy.example:3128', ['demo', basic(':demo')]],
    ['http://ci@proxy.example:3128', []],
    ['http://proxy.example:3128', []],
    // An invalid URL is never used and never shown.
    ['http://ci:demo%@proxy.example:3128', []],
  ])('is a secret as the proxy receives it: %s', (https_proxy, expected) => {
    expect(secrets(atlas, { https_proxy })).toStrictEqual(expected)
    expect(secrets(atlas, { HTTPS_PROXY: https_proxy })).toStrictEqual(expected)
  })

  it('is not a secret if no request uses the proxy', () => {
    const proxy = 'http://ci:demo@proxy.example:3128'
    expect(secrets(atlas, { https_proxy: proxy, no_proxy: '.mongodb.com' })).toStrictEqual([])
    expect(secrets(atlas, { http_proxy: proxy })).toStrictEqual([])
  })

  it('is a secret if only requests to GitHub use the proxy', () => {
    const given = { 'base-url': 'http://127.0.0.1:8080', 'github-token': 'token' }
    const https_proxy = 'http://ci:demo@proxy.example:3128'
    expect(secrets(given, { https_proxy })).toStrictEqual(['token', 'demo', basic('ci:demo')])
    expect(secrets(given, { https_proxy, GITHUB_API_URL: 'http://127.0.0.1:1' })).toStrictEqual(['token'])
  })
})
