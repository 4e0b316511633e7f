import type { Credentials } from '../atlas/credentials.js'
import {
  type GetInput,
  type InputName,
  type InputProblem,
  type InputReader,
  SECRET_INPUTS,
} from './input-reader.js'
import { proxyPasswords } from './network-environment.js'

/** The names that the Atlas CLI reads. */
const PUBLIC_KEY_VARIABLE = 'MONGODB_ATLAS_PUBLIC_API_KEY'
const PRIVATE_KEY_VARIABLE = 'MONGODB_ATLAS_PRIVATE_API_KEY'
const CLIENT_ID_VARIABLE = 'MONGODB_ATLAS_CLIENT_ID'
const CLIENT_SECRET_VARIABLE = 'MONGODB_ATLAS_CLIENT_SECRET'

/** As Atlas makes the secret halves; the public ones are logged, so that no secret may pass in their place. */
const SECRETS = [
  { name: 'private key', of: 'apiKey', pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i },
  { name: 'client secret', of: 'serviceAccount', pattern: /^mdb_sa_sk_/i },
] as const
const PUBLIC_INPUTS: readonly InputName[] = ['public-key', 'client-id']
/** The commonest reason why there are none, or only the half that is kept in `vars`. */
const NO_SECRETS = 'A run from a fork, or of Dependabot, gets no secrets.'
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/

interface CredentialField {
  readonly name: string
  readonly value: string
}

/** The half that anybody may read, and the secret one. */
type CredentialPair = readonly [CredentialField, CredentialField]

/** A place that may hold credentials. */
interface CredentialSource {
  readonly apiKey: CredentialPair
  readonly serviceAccount: CredentialPair
}

/** The secret halves, wherever they stand, in place of the public ones as well; to be masked before anything else. */
export function collectSecrets(get: GetInput, env: NodeJS.ProcessEnv): readonly string[] {
  const secrets = [
    ...SECRET_INPUTS.map((name) => get(name)),
    ...[PRIVATE_KEY_VARIABLE, CLIENT_SECRET_VARIABLE].map((name) => env[name] ?? ''),
    ...proxyPasswords(env),
  ]
  const publicHalves = [
    ...PUBLIC_INPUTS.map((name) => get(name)),
    ...[PUBLIC_KEY_VARIABLE, CLIENT_ID_VARIABLE].map((name) => env[name] ?? ''),
  ]
  const exposed = publicHalves.filter((value) => detectSecretKind(value.trim()) !== undefined)
  return [...secrets, ...exposed].flatMap((secret) => (secret.trim() === '' ? [] : [secret.trim()]))
}

/** The secret half that a value looks like, of either kind. */
function detectSecretKind(value: string): (typeof SECRETS)[number] | undefined {
  return SECRETS.find(({ pattern }) => pattern.test(value))
}

/**
 * Exactly one credential, whole and from one place: any credential input that is not empty switches the environment
 * off. What is wrong is reported to the reader; then the value must not be asked for.
 */
export function readCredentials(
  get: GetInput,
  env: NodeJS.ProcessEnv,
  reader: InputReader,
): () => Credentials {
  const input = (name: InputName): CredentialField => ({ name, value: get(name) })
  const variable = (name: string): CredentialField => ({ name, value: env[name]?.trim() ?? '' })
  const inputs: CredentialSource = {
    apiKey: [input('public-key'), input('private-key')],
    serviceAccount: [input('client-id'), input('client-secret')],
  }
  const environment: CredentialSource = {
    apiKey: [variable(PUBLIC_KEY_VARIABLE), variable(PRIVATE_KEY_VARIABLE)],
    serviceAccount: [variable(CLIENT_ID_VARIABLE), variable(CLIENT_SECRET_VARIABLE)],
  }
  const found = selectCredentials(fieldsOf(inputs).some(isSet) ? inputs : environment)
  if ('kind' in found) return () => found
  for (const { inputs, message } of found) reader.addProblem(inputs, message)
  return () => {
    throw new Error('credentials were used though they are bad')
  }
}

function selectCredentials(place: CredentialSource): Credentials | readonly InputProblem[] {
  const { apiKey, serviceAccount } = place
  const given = fieldsOf(place).filter(isSet)
  const names = given.map(({ name }) => name).join(', ')
  if (given.length === 0) {
    const message = `There are no credentials: set public-key and private-key, or client-id and client-secret. ${NO_SECRETS}`
    return [{ inputs: 'credentials', message }]
  }
  if (apiKey.some(isSet) && serviceAccount.some(isSet)) {
    const message = `There are two kinds of credentials (${names}): give an API key or a service account, not both.`
    return [{ inputs: names, message }]
  }
  const pair = apiKey.some(isSet) ? apiKey : serviceAccount
  const missing = pair.find((part) => !isSet(part))
  if (missing !== undefined) {
    const what = `is empty, but ${names} is set: a pair comes whole from one place.`
    return [problem(missing, missing === pair[1] ? `${what} ${NO_SECRETS}` : what)]
  }
  const unusable = pair.filter(({ value }) => CONTROL_CHARACTER.test(value))
  if (unusable.length > 0)
    return unusable.map((part) => problem(part, 'has to be one line without control characters.'))
  const exposed = findMisplacedSecret(pair, place)
  if (exposed !== undefined) return [exposed]
  return pair === apiKey ? toApiKey(pair) : toServiceAccount(pair)
}

/** A secret in place of the pair's public half. */
function findMisplacedSecret(
  [publicHalf, secretHalf]: CredentialPair,
  place: CredentialSource,
): InputProblem | undefined {
  const secret = detectSecretKind(publicHalf.value)
  if (secret === undefined) return undefined
  const [, home] = place[secret.of]
  return problem(
    publicHalf,
    home === secretHalf
      ? `looks like a ${secret.name}: the two halves seem to be swapped.`
      : `looks like a ${secret.name}, which belongs in ${home.name}.`,
  )
}

function toApiKey([publicKey, privateKey]: CredentialPair): Credentials {
  return { kind: 'API key', publicKey: publicKey.value, privateKey: privateKey.value }
}

function toServiceAccount([clientId, clientSecret]: CredentialPair): Credentials | readonly InputProblem[] {
  // RFC 7617 section 2: what comes after the first colon would be taken for the secret.
  if (clientId.value.includes(':')) return [problem(clientId, 'must not contain a colon.')]
  return { kind: 'service account', clientId: clientId.value, clientSecret: clientSecret.value }
}

function problem({ name }: CredentialField, what: string): InputProblem {
  return { inputs: name, message: `${name} ${what}` }
}

function fieldsOf({ apiKey, serviceAccount }: CredentialSource): readonly CredentialField[] {
  return [...apiKey, ...serviceAccount]
}

function isSet({ value }: CredentialField): boolean {
  return value !== ''
}
