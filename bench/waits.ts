import { demo } from '../emulator/config.js'
import type { Contender, ContenderName } from './contenders.js'
import { type Emulator, startEmulator } from './emulator.js'
import type { NodeProgram } from './machine.js'
import { runnerFor, toItsEnd } from './run.js'

/** One wait in real time, to the end of the snapshot. */
export interface Wait {
  readonly name: ContenderName
  readonly credentials: 'API key' | 'service account'
  /** All but the revocation of a token. */
  readonly requests: number
  /** Looks at the snapshot that were answered with it. */
  readonly polls: number
  readonly revocations: number
  /** From the end of the snapshot to the end of the process. */
  readonly lagMs: number
}

const serviceAccount = {
  'public-key': '',
  'private-key': '',
  'client-id': demo.clientId,
  'client-secret': demo.clientSecret,
} as const

/**
 * Lets all contenders that can wait do so, side by side, each with an Atlas of its own; this action also with a service
 * account. A guest that fails is left out.
 *
 * @param seconds what a snapshot takes
 * @throws Error where another one fails
 */
export async function measureWaits(
  all: readonly Contender[],
  node: NodeProgram,
  seconds: number,
  folder: string,
): Promise<readonly Wait[]> {
  const able = all.filter(({ name }) => name !== 'node -e 0' && !name.startsWith('floor'))
  const ours = able.filter(({ name }) => name === 'this action')
  const waits = await Promise.all([
    ...able.map((contender) => waitOf(contender, node, seconds, folder)),
    ...ours.map((contender) => waitOf(contender, node, seconds, folder, serviceAccount)),
  ])
  return waits.flatMap((wait) => wait ?? [])
}

async function waitOf(
  { name, command, isGuest = false }: Contender,
  node: NodeProgram,
  seconds: number,
  folder: string,
  account?: Readonly<Record<string, string>>,
): Promise<Wait | undefined> {
  const emulator = await startEmulator(['--seconds-to-completed', String(seconds)])
  try {
    const runner = runnerFor(folder, emulator.url, { wait: 'true', ...account })
    const said = await toItsEnd(command(node.path), runner)
    if (said === undefined)
      return await seen(name, account === undefined ? 'API key' : 'service account', emulator)
    if (isGuest) process.stderr.write(`${name} is left out: ${said}\n`)
    else throw new Error(`${name} failed\n${said}`)
    return undefined
  } finally {
    emulator.stop()
  }
}

async function seen(
  name: ContenderName,
  credentials: Wait['credentials'],
  emulator: Emulator,
): Promise<Wait> {
  const endedAt = Date.now()
  const requests = await emulator.requests()
  const revocations = requests.filter(({ operation }) => operation === 'revoke').length
  return {
    name,
    credentials,
    requests: requests.length - revocations,
    polls: requests.filter(({ operation, status }) => operation === 'get' && status === 200).length,
    revocations,
    lagMs: endedAt - (await emulator.lastEnd()),
  }
}
