import type { CredentialKind, Credentials } from '../atlas/credentials.js'
import { hasMd5 } from '../atlas/digest.js'
import { PRIVATE_KEY } from './input-formats.js'
import type { GetInput, InputReader } from './input-reader.js'

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
export function readPairs(get: GetInput, env: NodeJS.ProcessEnv) {
  const variable = (name: string) => env[name]?.trim() ?? ''
  const toPairs = (place: 'inputs' | 'variables', read: GetInput) =>
    CREDENTIALS.map(({ kind, [place]: [id, secret] }): CredentialPair => {
      return {
        kind,
        halves: [
          { name: id, value: read(id) },
          { name: secret, value: read(secret) },
        ],
      }
    })
  return { inputs: toPairs('inputs', get), variables: toPairs('variables', variable) }
}

/** Reads one complete pair from one place. If any credentials input is set, the environment is ignored. */
export function readCredentials(
  get: GetInput,
  env: NodeJS.ProcessEnv,
  reader: InputReader,
): Credentials | undefined {
  const fail = (names: string, message: string): undefined => {
    reader.addProblem(names, message)
  }
  const { inputs, variables } = readPairs(get, env)
  const isGiven = ({ halves }: CredentialPair) => halves.some(isSet)
  const place = inputs.some(isGiven) ? inputs : variables
  const [pair, other] = place.filter(isGiven)
  if (pair === undefined) return fail('credentials', NO_CREDENTIALS)
  const names = joinNames(place.flatMap(({ halves }) => halves).filter(isSet))
  if (other !== undefined)
    return fail(
      names,
      `Two kinds of credentials are set (${names}). Set either a service account or an API key.`,
    )
  const [publicHalf, secretHalf] = pair.halves
  const missing = pair.halves.find((half) => !isSet(half))
  if (missing !== undefined) {
    const hint = missing === secretHalf ? ` ${NO_SECRETS}` : ''
    return fail(missing.name, `${names} is set, but ${missing.name} is empty. ${ONE_PLACE}${hint}`)
  }
  const broken = joinNames(pair.halves.filter(({ value }) => CONTROL_CHARACTER.test(value)))
  if (broken !== '') return fail(broken, `${broken} must be one line without control characters.`)
  const { name, value } = publicHalf
  const secret = CREDENTIALS.find(({ secretFormat }) => secretFormat.test(value))
  if (secret !== undefined) {
    const home = place.find(({ kind }) => kind === secret.kind)?.halves[1].name
    const next =
      home === secretHalf.name
        ? `. Check that ${name} and ${home} are not swapped.`
        : `, which belongs in ${home}.`
    return fail(name, `${name} seems to contain a ${secret.secretName}${next}`)
  }
  if (pair.kind === 'apiKey' && !hasMd5()) return fail(names, NO_MD5)
  if (pair.kind === 'apiKey') return { kind: pair.kind, publicKey: value, privateKey: secretHalf.value }
  // RFC 7617 section 2: the secret starts after the first colon.
  if (value.includes(':')) return fail(name, `${name} must not contain a colon.`)
  return { kind: pair.kind, clientId: value, clientSecret: secretHalf.value }
}

function isSet({ value }: CredentialField): boolean {
  return value !== ''
}

function joinNames(fields: readonly CredentialField[]): string {
  return fields.map(({ name }) => name).join(', ')
}
