import type { Credentials } from '../atlas/credentials.js'
import type { Environment } from './environment.js'
import type { GetInput, InputReader } from './input-reader.js'
import { proxyPasswords } from './proxy.js'

/** The names that the Atlas CLI reads. */
const PUBLIC_KEY_VARIABLE = 'MONGODB_ATLAS_PUBLIC_API_KEY'
const PRIVATE_KEY_VARIABLE = 'MONGODB_ATLAS_PRIVATE_API_KEY'
const CLIENT_ID_VARIABLE = 'MONGODB_ATLAS_CLIENT_ID'
const CLIENT_SECRET_VARIABLE = 'MONGODB_ATLAS_CLIENT_SECRET'

/** As Atlas makes the secret halves; the public ones are logged, so that a secret in their place must not pass. */
const PRIVATE_KEY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const CLIENT_SECRET = /^mdb_sa_sk_/i
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/

/** A place that may hold credentials, and what their parts are called there. */
interface Place {
  readonly publicKey: Part
  readonly privateKey: Part
  readonly clientId: Part
  readonly clientSecret: Part
}

interface Part {
  readonly name: string
  readonly value: string
}

/** The secret halves, wherever they stand, to be masked before anything else happens. */
export function secretsOf(get: GetInput, env: Environment): readonly string[] {
  const secrets = [
    get('private-key'),
    get('client-secret'),
    get('github-token'),
    ...[PRIVATE_KEY_VARIABLE, CLIENT_SECRET_VARIABLE].map((name) => env[name] ?? ''),
    ...proxyPasswords(env),
  ]
  return secrets.flatMap((secret) => (secret.trim() === '' ? [] : [secret.trim()]))
}

/**
 * Exactly one credential, whole and from one place: any credential input that is not empty switches the environment
 * off. What is wrong is reported to the reader; then the value must not be asked for.
 */
export function readCredentials(get: GetInput, env: Environment, reader: InputReader): () => Credentials {
  const inputs: Place = {
    publicKey: { name: 'public-key', value: get('public-key') },
    privateKey: { name: 'private-key', value: get('private-key') },
    clientId: { name: 'client-id', value: get('client-id') },
    clientSecret: { name: 'client-secret', value: get('client-secret') },
  }
  const variable = (name: string): Part => ({ name, value: env[name]?.trim() ?? '' })
  const environment: Place = {
    publicKey: variable(PUBLIC_KEY_VARIABLE),
    privateKey: variable(PRIVATE_KEY_VARIABLE),
    clientId: variable(CLIENT_ID_VARIABLE),
    clientSecret: variable(CLIENT_SECRET_VARIABLE),
  }
  const place = Object.values(inputs).some(isSet) ? inputs : environment
  const found = choose(place, reader)
  return () => {
    if (found === undefined) throw new Error('credentials were used though they are bad')
    return found
  }
}

function choose(place: Place, reader: InputReader): Credentials | undefined {
  const { publicKey, privateKey, clientId, clientSecret } = place
  const apiKey = [publicKey, privateKey].filter(isSet)
  const serviceAccount = [clientId, clientSecret].filter(isSet)
  const given = [...apiKey, ...serviceAccount]
  const names = given.map(({ name }) => name).join(', ')
  if (given.length === 0) {
    reader.report(
      'credentials',
      'There are no credentials: set public-key and private-key, or client-id and client-secret. A run from a fork, or of Dependabot, gets no secrets.',
    )
    return undefined
  }
  if (apiKey.length > 0 && serviceAccount.length > 0) {
    reader.report(
      names,
      `There are two kinds of credentials (${names}): give an API key or a service account, not both.`,
    )
    return undefined
  }
  const pair = apiKey.length > 0 ? [publicKey, privateKey] : [clientId, clientSecret]
  const missing = pair.find((part) => !isSet(part))
  if (missing !== undefined) {
    reader.report(
      missing.name,
      `${missing.name} is empty, but ${names} is set: a pair comes whole from one place.`,
    )
    return undefined
  }
  const unusable = given.filter(({ value }) => CONTROL_CHARACTER.test(value))
  for (const { name } of unusable)
    reader.report(name, `${name} has to be one line without control characters.`)
  if (unusable.length > 0) return undefined
  return apiKey.length > 0
    ? asApiKey(publicKey, privateKey, reader)
    : asServiceAccount(clientId, clientSecret, reader)
}

function asApiKey(publicKey: Part, privateKey: Part, reader: InputReader): Credentials | undefined {
  if (PRIVATE_KEY.test(publicKey.value)) {
    reader.report(
      publicKey.name,
      `${publicKey.name} looks like a private key: the two halves seem to be swapped.`,
    )
    return undefined
  }
  return { kind: 'API key', publicKey: publicKey.value, privateKey: privateKey.value }
}

function asServiceAccount(clientId: Part, clientSecret: Part, reader: InputReader): Credentials | undefined {
  if (CLIENT_SECRET.test(clientId.value)) {
    reader.report(
      clientId.name,
      `${clientId.name} looks like a client secret: the two halves seem to be swapped.`,
    )
    return undefined
  }
  if (clientId.value.includes(':')) {
    // RFC 7617 section 2: what comes after the first colon would be taken for the secret.
    reader.report(clientId.name, `${clientId.name} must not contain a colon.`)
    return undefined
  }
  return { kind: 'service account', clientId: clientId.value, clientSecret: clientSecret.value }
}

function isSet({ value }: Part): boolean {
  return value !== ''
}
