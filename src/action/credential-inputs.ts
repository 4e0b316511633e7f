import type { CredentialKind, Credentials } from '../atlas/credentials.js'
import { hasMd5 } from '../atlas/digest.js'
import { PRIVATE_KEY } from './input-formats.js'
import type { GetInput, InputProblem, InputReader } from './input-reader.js'

/** Each kind of credentials: a public half, which is logged, and a secret half. */
export const CREDENTIALS = [
  {
    kind: 'apiKey',
    inputs: ['public-key', 'private-key'],
    variables: ['MONGODB_ATLAS_PUBLIC_API_KEY', 'MONGODB_ATLAS_PRIVATE_API_KEY'],
    secretName: 'private key',
    secretFormat: PRIVATE_KEY,
  },
  {
    kind: 'serviceAccount',
    inputs: ['client-id', 'client-secret'],
    // All four variables are the same as for the Atlas CLI.
    variables: ['MONGODB_ATLAS_CLIENT_ID', 'MONGODB_ATLAS_CLIENT_SECRET'],
    secretName: 'client secret',
    secretFormat: /^mdb_sa_sk_/i,
  },
] as const

/** The most common reason why secrets are missing. */
const NO_SECRETS = "Fork and Dependabot runs don't receive Actions secrets."
const NO_CREDENTIALS = `No credentials. Set client-id and client-secret (service account), or public-key and private-key (API key). If you did, check the secret names and the job's environment. ${NO_SECRETS}`
const NO_MD5 =
  "This runner's Node.js does not allow MD5 (FIPS), which Atlas requires for API keys. Use a service account instead (client-id and client-secret)."
const ONE_PLACE = 'Set both as inputs or both as environment variables.'
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/

/** An input or a variable, with its trimmed value. */
interface CredentialField {
  readonly name: string
  readonly value: string
}

interface CredentialPair {
  readonly kind: CredentialKind
  readonly halves: readonly [publicHalf: CredentialField, secretHalf: CredentialField]
}

/** The pair of each kind in the inputs and in the environment. Any value can be empty. */
export function readPairs(get: GetInput) {
  const getVariable: GetInput = (name) => process.env[name]?.trim() ?? ''
  return {
    inputs: CREDENTIALS.map(({ kind, inputs }) => readPair(kind, inputs, get)),
    variables: CREDENTIALS.map(({ kind, variables }) => readPair(kind, variables, getVariable)),
  }
}

function readPair(kind: CredentialKind, names: readonly [string, string], get: GetInput): CredentialPair {
  const read = (name: string): CredentialField => ({ name, value: get(name) })
  return { kind, halves: [read(names[0]), read(names[1])] }
}

/** Reads one complete pair from one place. If any credentials input is set, the environment is ignored. */
export function readCredentials(get: GetInput, reader: InputReader): Credentials | undefined {
  const { inputs, variables } = readPairs(get)
  const found = findPair(inputs.some(isGiven) ? inputs : variables)
  if ('message' in found) {
    reader.addProblem(found.names, found.message)
    return undefined
  }
  const { kind, halves } = found
  const [{ value: id }, { value: secret }] = halves
  return kind === 'apiKey'
    ? { kind, publicKey: id, privateKey: secret }
    : { kind, clientId: id, clientSecret: secret }
}

/** The only pair in one place, or why there is no valid one. */
function findPair(place: readonly CredentialPair[]): CredentialPair | InputProblem {
  const problem = (names: string, message: string): InputProblem => ({ names, message })
  const [pair, other] = place.filter(isGiven)
  if (pair === undefined) return problem('credentials', NO_CREDENTIALS)
  const names = joinNames(place.flatMap(({ halves }) => halves).filter(isSet))
  const twoKinds = `Two kinds of credentials are set (${names}). Set either a service account or an API key.`
  if (other !== undefined) return problem(names, twoKinds)
  const [{ name, value }, secretHalf] = pair.halves
  const missing = pair.halves.find((half) => !isSet(half))
  if (missing !== undefined) {
    const hint = missing === secretHalf ? ` ${NO_SECRETS}` : ''
    return problem(missing.name, `${names} is set, but ${missing.name} is empty. ${ONE_PLACE}${hint}`)
  }
  const broken = joinNames(pair.halves.filter((half) => CONTROL_CHARACTER.test(half.value)))
  if (broken !== '') return problem(broken, `${broken} must be one line without control characters.`)
  const secret = CREDENTIALS.find(({ secretFormat }) => secretFormat.test(value))
  if (secret !== undefined) {
    const home = place.find(({ kind }) => kind === secret.kind)?.halves[1].name
    return problem(name, `${name} seems to contain a ${secret.secretName}, which belongs in ${home}.`)
  }
  if (pair.kind === 'apiKey' && !hasMd5()) return problem(names, NO_MD5)
  // RFC 7617 section 2: the secret starts after the first colon.
  const hasColon = pair.kind === 'serviceAccount' && value.includes(':')
  return hasColon ? problem(name, `${name} must not contain a colon.`) : pair
}

function isGiven({ halves }: CredentialPair): boolean {
  return halves.some(isSet)
}

function isSet({ value }: CredentialField): boolean {
  return value !== ''
}

function joinNames(fields: readonly CredentialField[]): string {
  return fields.map(({ name }) => name).join(', ')
}
