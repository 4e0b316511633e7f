import type { Credentials } from '../atlas/credentials.js'
import {
  type GetInput,
  type InputName,
  type InputProblem,
  type InputReader,
  SECRET_INPUTS,
} from './input-reader.js'
import { proxySecrets } from './network-environment.js'

/** The names that the Atlas CLI reads. */
const PUBLIC_KEY_VARIABLE = 'MONGODB_ATLAS_PUBLIC_API_KEY'
const PRIVATE_KEY_VARIABLE = 'MONGODB_ATLAS_PRIVATE_API_KEY'
const CLIENT_ID_VARIABLE = 'MONGODB_ATLAS_CLIENT_ID'
const CLIENT_SECRET_VARIABLE = 'MONGODB_ATLAS_CLIENT_SECRET'

/** The form of the secret halves in Atlas. The public ones are logged, so a secret must not be in their place. */
const SECRETS = [
  { name: 'private key', kind: 'apiKey', pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i },
  { name: 'client secret', kind: 'serviceAccount', pattern: /^mdb_sa_sk_/i },
] as const
const PUBLIC_INPUTS: readonly InputName[] = ['public-key', 'client-id']
/** The most common reason why there are none, or only the half that is in `vars`. */
const NO_SECRETS = 'A run from a fork, or of Dependabot, gets no secrets.'
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/

interface CredentialField {
  readonly name: string
  readonly value: string
}

/** The public half and the secret one. */
type CredentialPair = readonly [CredentialField, CredentialField]

/** Inputs or environment variables. */
interface CredentialSource {
  readonly apiKey: CredentialPair
  readonly serviceAccount: CredentialPair
}

/** Every secret that must be masked before anything else, also one in the place of a public half. */
export function collectSecrets(get: GetInput, env: NodeJS.ProcessEnv): readonly string[] {
  const secrets = [
    ...SECRET_INPUTS.map((name) => get(name)),
    ...[PRIVATE_KEY_VARIABLE, CLIENT_SECRET_VARIABLE].map((name) => env[name] ?? ''),
    ...proxySecrets(env),
  ]
  const publicHalves = [
    ...PUBLIC_INPUTS.map((name) => get(name)),
    ...[PUBLIC_KEY_VARIABLE, CLIENT_ID_VARIABLE].map((name) => env[name] ?? ''),
  ]
  const exposed = publicHalves.filter((value) => detectSecretKind(value.trim()) !== undefined)
  return [...secrets, ...exposed].flatMap((secret) => (secret.trim() === '' ? [] : [secret.trim()]))
}

function detectSecretKind(value: string): (typeof SECRETS)[number] | undefined {
  return SECRETS.find(({ pattern }) => pattern.test(value))
}

/**
 * Exactly one pair, complete and from one source: any credential input that is not empty turns the environment off.
 *
 * @returns the credentials, to be called only if no problem was added to the reader
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
  const found = selectCredentials(toFields(inputs).some(isSet) ? inputs : environment)
  if ('kind' in found) return () => found
  for (const { inputs, message } of found) reader.addProblem(inputs, message)
  return () => {
    throw new Error('credentials were used though they are bad')
  }
}

function selectCredentials(source: CredentialSource): Credentials | readonly InputProblem[] {
  const { apiKey, serviceAccount } = source
  const given = toFields(source).filter(isSet)
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
  const missing = pair.find((field) => !isSet(field))
  if (missing !== undefined) {
    const what = `is empty, but ${names} is set: a pair comes whole from one place.`
    return [problem(missing, missing === pair[1] ? `${what} ${NO_SECRETS}` : what)]
  }
  const unusable = pair.filter(({ value }) => CONTROL_CHARACTER.test(value))
  if (unusable.length > 0)
    return unusable.map((field) => problem(field, 'has to be one line without control characters.'))
  const exposed = findMisplacedSecret(pair, source)
  if (exposed !== undefined) return [exposed]
  return pair === apiKey ? toApiKey(pair) : toServiceAccount(pair)
}

/** A secret in the place of the pair's public half. */
function findMisplacedSecret(
  [publicHalf, secretHalf]: CredentialPair,
  source: CredentialSource,
): InputProblem | undefined {
  const secret = detectSecretKind(publicHalf.value)
  if (secret === undefined) return undefined
  const [, home] = source[secret.kind]
  return problem(
    publicHalf,
    home === secretHalf
      ? `looks like a ${secret.name}: the two halves seem to be swapped.`
      : `looks like a ${secret.name}, which belongs in ${home.name}.`,
  )
}

function toApiKey([publicKey, privateKey]: CredentialPair): Credentials {
  return { kind: 'apiKey', publicKey: publicKey.value, privateKey: privateKey.value }
}

function toServiceAccount([clientId, clientSecret]: CredentialPair): Credentials | readonly InputProblem[] {
  // RFC 7617 section 2: what comes after the first colon would be taken for the secret.
  if (clientId.value.includes(':')) return [problem(clientId, 'must not contain a colon.')]
  return { kind: 'serviceAccount', clientId: clientId.value, clientSecret: clientSecret.value }
}

function problem({ name }: CredentialField, what: string): InputProblem {
  return { inputs: name, message: `${name} ${what}` }
}

function toFields({ apiKey, serviceAccount }: CredentialSource): readonly CredentialField[] {
  return [...apiKey, ...serviceAccount]
}

function isSet({ value }: CredentialField): boolean {
  return value !== ''
}
