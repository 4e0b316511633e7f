import type { Credentials } from '../src/atlas/credentials.js'
import { Redactor } from './recorder.js'

/** What the live check runs against. */
export type Target = ReturnType<typeof readTarget>

/** @throws Error if a variable is missing or invalid */
export function readTarget(env: NodeJS.ProcessEnv, args: readonly string[]) {
  const { ATLAS_PROJECT_ID: groupId, ATLAS_CLUSTER: cluster, ATLAS_SHARDED_CLUSTER, ATLAS_BASE_URL } = env
  const [first, ...rest] = readAccounts(env, 'MONGODB_ATLAS_')
  if (!(groupId && cluster && first))
    throw new Error(`Set ATLAS_PROJECT_ID, ATLAS_CLUSTER, and MONGODB_ATLAS_PUBLIC_API_KEY and _PRIVATE_API_KEY.
Optional: MONGODB_ATLAS_CLIENT_ID and _CLIENT_SECRET, as well or instead. ATLAS_SHARDED_CLUSTER. ATLAS_BASE_URL.
Credentials with only Project Read Only, in ATLAS_READ_ONLY_… instead of MONGODB_ATLAS_….
Options: --yes to start, --race to send two POSTs at once, --cluster-is-disposable to allow a name with "prod"`)
  const baseUrl = ATLAS_BASE_URL || 'https://cloud.mongodb.com'
  if (!/^(https:|http:\/\/(127\.0\.0\.1|localhost)(:|$))/.test(baseUrl))
    throw new Error(`ATLAS_BASE_URL must start with https:, but is ${baseUrl}`)
  const clusters = [cluster, ATLAS_SHARDED_CLUSTER].flatMap((name) => name || [])
  if (!args.includes('--cluster-is-disposable') && clusters.some((name) => /prod/i.test(name)))
    throw new Error('A name contains "prod". If the cluster is disposable, add --cluster-is-disposable')
  // Credentials that can't create snapshots.
  const withoutRole = readAccounts(env, 'ATLAS_READ_ONLY_')
  const secrets = [first, ...rest, ...withoutRole].map((each) =>
    each.kind === 'apiKey' ? each.privateKey : each.clientSecret,
  )
  const accounts: readonly [Credentials, ...Credentials[]] = [first, ...rest]
  const race = args.includes('--race')
  return { baseUrl, groupId, clusters, accounts, withoutRole, redactor: new Redactor(secrets), race }
}

/** The service account and the API key in variables with this prefix. */
function readAccounts(env: NodeJS.ProcessEnv, prefix: string): readonly Credentials[] {
  const { [`${prefix}CLIENT_ID`]: clientId, [`${prefix}CLIENT_SECRET`]: clientSecret } = env
  const { [`${prefix}PUBLIC_API_KEY`]: publicKey, [`${prefix}PRIVATE_API_KEY`]: privateKey } = env
  const account = clientId && clientSecret && ({ kind: 'serviceAccount', clientId, clientSecret } as const)
  const key = publicKey && privateKey && ({ kind: 'apiKey', publicKey, privateKey } as const)
  return [account, key].flatMap((credentials) => credentials || [])
}
