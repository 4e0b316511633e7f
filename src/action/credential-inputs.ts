import type { Credentials } from '../atlas/credentials.js'
import { type GetInput, type InputProblem, type InputReader, SECRET_INPUTS } from './input-reader.js'
import { proxySecrets } from './network-environment.js'

/** The same variables as for the Atlas CLI. */
const PUBLIC_KEY_VARIABLE = 'MONGODB_ATLAS_PUBLIC_API_KEY'
const PRIVATE_KEY_VARIABLE = 'MONGODB_ATLAS_PRIVATE_API_KEY'
const CLIENT_ID_VARIABLE = 'MONGODB_ATLAS_CLIENT_ID'
const CLIENT_SECRET_VARIABLE = 'MONGODB_ATLAS_CLIENT_SECRET'

/** The formats of secrets in Atlas. Public keys and client IDs are logged, so they must not be secrets. */
const SECRETS = [
  { name: 'private key', kind: 'apiKey', pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i },
  { name: 'client secret', kind: 'serviceAccount', pattern: /^mdb_sa_sk_/i },
] as const
const PUBLIC_INPUTS: readonly string[] = ['public-key', 'client-id']
/** The most common reason why credentials are missing. */
const NO_SECRETS = "Fork and Dependabot runs don't receive Actions secrets."
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/

interface CredentialField {
  readonly name: string
  readonly value: string
}

/** The public half and the secret half. */
type CredentialPair = readonly [CredentialField, CredentialField]

/** Inputs or environment variables. */
interface CredentialSource {
  readonly apiKey: CredentialPair
  readonly serviceAccount: CredentialPair
}

/** All secrets, to mask them before anything else. Includes secrets in the wrong input, such as public-key. */
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

/** Reads one complete pair from one source. If any credentials input is set, the environment is ignored. */
export function readCredentials(
  get: GetInput,
  env: NodeJS.ProcessEnv,
  reader: InputReader,
): Credentials | null {
  const input = (name: string): CredentialField => ({ name, value: get(name) })
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
  if ('kind' in found) return found
  for (const { inputs, message } of found) reader.addProblem(inputs, message)
  return null
}

function selectCredentials(source: CredentialSource): Credentials | readonly InputProblem[] {
  const { apiKey, serviceAccount } = source
  const given = toFields(source).filter(isSet)
  const names = given.map(({ name }) => name).join(', ')
  if (given.length === 0) {
    const message = `No credentials. Set client-id and client-secret (service account), or public-key and private-key (API key). If you did, check the secret names and the job's environment. ${NO_SECRETS}`
    return [{ inputs: 'credentials', message }]
  }
  if (apiKey.some(isSet) && serviceAccount.some(isSet)) {
    const message = `Two kinds of credentials are set (${names}). Set either a service account or an API key.`
    return [{ inputs: names, message }]
  }
  const pair = apiKey.some(isSet) ? apiKey : serviceAccount
  const missing = pair.find((field) => !isSet(field))
  if (missing !== undefined) {
    const message = `${names} is set, but ${missing.name} is empty. Set both as inputs or both as environment variables.`
    return [{ inputs: missing.name, message: missing === pair[1] ? `${message} ${NO_SECRETS}` : message }]
  }
  const unusable = pair.filter(({ value }) => CONTROL_CHARACTER.test(value))
  if (unusable.length > 0)
    return unusable.map((field) => problem(field, 'must be one line without control characters.'))
  const exposed = findMisplacedSecret(pair, source)
  if (exposed !== undefined) return [exposed]
  return pair === apiKey ? toApiKey(pair) : toServiceAccount(pair)
}

/** Reports a secret in the pair's public half. */
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
      ? `seems to contain a ${secret.name}. Check that ${publicHalf.name} and ${secretHalf.name} are not swapped.`
      : `seems to contain a ${secret.name}, which belongs in ${home.name}.`,
  )
}

function toApiKey([publicKey, privateKey]: CredentialPair): Credentials {
  return { kind: 'apiKey', publicKey: publicKey.value, privateKey: privateKey.value }
}

function toServiceAccount([clientId, clientSecret]: CredentialPair): Credentials | readonly InputProblem[] {
  // RFC 7617 section 2: the secret starts after the first colon.
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
