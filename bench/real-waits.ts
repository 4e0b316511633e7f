import { demo } from '../emulator/config.js'
import type { Contender, ContenderName } from './contenders.js'
import { startEmulator } from './emulator.js'
import { createProcessContext, runProcess } from './run-process.js'

/** One wait in real time for a snapshot. */
export interface RealWait {
  readonly name: ContenderName
  readonly credentials: 'API key' | 'service account'
  /** All except the revocation of the token. */
  readonly requests: number
  /** Status checks to which Atlas responded with the snapshot. */
  readonly polls: number
  readonly revocations: number
  /** From the completion of the snapshot to the end of the process. */
  readonly lagMs: number
}

const serviceAccount = {
  'public-key': '',
  'private-key': '',
  'client-id': demo.clientId,
  'client-secret': demo.clientSecret,
} as const

/**
 * Runs this action with an API key, this action with a service account, and the usual action at the same time. Each has
 * its own emulator.
 *
 * @param seconds how long a snapshot takes
 * @throws Error if one of them fails
 */
export function measureRealWaits(
  contenders: readonly Contender[],
  node: string,
  seconds: number,
  folder: string,
): Promise<readonly RealWait[]> {
  const actions = contenders.filter(({ name }) => name.endsWith(' action'))
  const own = contenders.filter(({ name }) => name === 'this action')
  const wait = async ({ name, args }: Contender, credentials: RealWait['credentials']): Promise<RealWait> => {
    const { atlas, close, ...address } = await startEmulator(folder, seconds)
    try {
      const account = credentials === 'API key' ? {} : serviceAccount
      await runProcess(node, args, createProcessContext(folder, address, { wait: 'true', ...account }))
      const endedAt = Date.now()
      const { requests } = atlas
      const revocations = requests.filter(({ operation }) => operation === 'revoke').length
      return {
        name,
        credentials,
        requests: requests.length - revocations,
        polls: requests.filter(({ operation, status }) => operation === 'get' && status === 200).length,
        revocations,
        lagMs: endedAt - (atlas.snapshots().at(-1)?.endsAt ?? Number.NaN),
      }
    } finally {
      await close()
    }
  }
  return Promise.all([
    ...actions.map((contender) => wait(contender, 'API key')),
    ...own.map((contender) => wait(contender, 'service account')),
  ])
}
