import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../../script/find-program.js'

/** A server program that runs in a temporary folder. */
export interface Daemon {
  readonly port: number
  /** Ends the program and its child processes. It is safe to call it twice. */
  readonly stop: () => Promise<void>
  /** The access log so far, complete only after `stop`. */
  readonly accessLog: () => string
}

/** How to start a kind of program on a port of 127.0.0.1. */
export interface DaemonKind {
  readonly program: string
  /** The program must stay in the foreground and write `access.log` and `error.log` in the folder. */
  readonly config: (folder: string, port: number) => string
  readonly args: (configFile: string) => readonly string[]
  /** More files for the folder, by name. */
  readonly files?: Readonly<Record<string, string>>
  /** Whether to start it as nobody if the tests run as root. Other programs switch the user themselves. */
  readonly asNobody?: boolean
}

/** The user without rights on Linux. */
const NOBODY = 65_534

/**
 * Starts a program and waits until it accepts connections.
 *
 * @param port by default a free port. If another program takes it first, the next attempt uses another one.
 */
export async function startDaemon(kind: DaemonKind, port?: number): Promise<Daemon> {
  let report = ''
  for (let attempt = 0; attempt < 3; attempt++) {
    const started = await tryStart(kind, port ?? (await freePort()))
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
  // A server that starts as root reads its files as another user.
  chmodSync(folder, 0o755)
  const nobody = kind.asNobody === true && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid)
  for (const [name, text] of Object.entries(kind.files ?? {})) writeFileSync(join(folder, name), text)
  const configFile = join(folder, 'server.conf')
  writeFileSync(configFile, kind.config(folder, port))

  const child = spawn(program, kind.args(configFile), { stdio: ['ignore', 'pipe', 'pipe'], ...nobody })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk))
  const ended = once(child, 'close')
  // The server must not outlive the process of the test.
  const killOnExit = () => void child.kill('SIGTERM')
  process.once('exit', killOnExit)
  let finalLog: string | undefined
  const accessLog = () => finalLog ?? readIfThere(join(folder, 'access.log'))
  const stop = async () => {
    await end(child, ended)
    process.off('exit', killOnExit)
    finalLog = accessLog()
    rmSync(folder, { recursive: true, force: true })
  }
  if (await acceptsConnections(port, child)) return { port, stop, accessLog }
  output += readIfThere(join(folder, 'error.log'))
  await stop()
  return output
}

/** A TCP port on the loopback interface that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
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

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(timer)
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
