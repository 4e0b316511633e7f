import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listen } from './listen.js'
import { findProgram } from './programs.js'

/** A server program that runs in a temporary folder. */
export interface Daemon {
  readonly port: number
  /** Ends the program and returns the fields of each line of its access log, also when called again. */
  readonly stop: () => Promise<string[][]>
}

interface DaemonKind {
  readonly program: string
  /** The program must stay in the foreground and write `access.log`, with tabs, and `error.log` in the folder. */
  readonly config: (folder: string, port: number) => string
  readonly args: (configFile: string) => readonly string[]
  /** More files for the folder, by name. */
  readonly files: Readonly<Record<string, string>>
}

/** The user without rights on Linux. */
const NOBODY = 65_534

/** Starts a program on a free port of 127.0.0.1 and waits until it accepts connections. */
export async function startDaemon(kind: DaemonKind): Promise<Daemon> {
  let report = ''
  // Another program can take the free port first.
  for (let attempt = 0; attempt < 3; attempt++) {
    const { port, close } = await listen(createServer())
    await close()
    const started = await tryStart(kind, port)
    if (typeof started !== 'string') return started
    report = started
  }
  throw new Error(`${kind.program} does not start\n${report}`)
}

/** The running program, or its output if it did not start. */
async function tryStart(kind: DaemonKind, port: number): Promise<Daemon | string> {
  const program = findProgram(kind.program)
  if (program === undefined) throw new Error(`${kind.program} is not installed`)
  const folder = mkdtempSync(join(tmpdir(), `atlas-snapshot-${kind.program}-`))
  const configFile = join(folder, 'server.conf')
  for (const [name, text] of Object.entries(kind.files)) writeFileSync(join(folder, name), text)
  writeFileSync(configFile, kind.config(folder, port))
  // Servers refuse to serve as root.
  const nobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid)
  chmodSync(folder, 0o755)

  const child = spawn(program, kind.args(configFile), { stdio: ['ignore', 'pipe', 'pipe'], ...nobody })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk))
  const ended = once(child, 'close')
  // The server must not outlive the process of the test.
  const kill = () => void child.kill('SIGTERM')
  process.once('exit', kill)
  let log = ''
  const stop = async () => {
    process.off('exit', kill)
    kill()
    await ended
    log ||= readIfThere(join(folder, 'access.log'))
    output += readIfThere(join(folder, 'error.log'))
    rmSync(folder, { recursive: true, force: true })
    return log.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')]))
  }
  if (await acceptsConnections(port, child)) return { port, stop }
  await stop()
  return output
}

async function acceptsConnections(port: number, child: ChildProcess): Promise<boolean> {
  const deadline = performance.now() + 10_000
  while (child.exitCode === null && performance.now() < deadline) {
    const socket = connect(port, '127.0.0.1')
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (connected) return child.exitCode === null
    await sleep(20)
  }
  return false
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
