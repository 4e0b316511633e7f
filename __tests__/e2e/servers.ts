import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../../script/programs.js'

/** A request as the server's own access log has it. */
export interface LoggedRequest {
  readonly method: string
  readonly path: string
  readonly status: number
  /** The `Authorization` header that came, empty without one. */
  readonly authorization: string
  /** The `WWW-Authenticate` header that went back, empty without one. */
  readonly challenge: string
}

export interface DigestServer {
  readonly url: string
  /** Ends the server and everything it started; safe to call twice. */
  readonly stop: () => Promise<void>
  /** What it logged, complete only after `stop`. */
  readonly log: () => LoggedRequest[]
}

/** What a kind of server needs to be started in a folder of its own on a free port. */
export interface ServerKind {
  readonly program: string
  readonly config: (folder: string, port: number) => string
  readonly args: (configFile: string) => readonly string[]
  /** More files for the folder, by name. */
  readonly files: Readonly<Record<string, string>>
}

/** Starts a server and waits until it answers; a port that another program took in between is given up. */
export async function startDigestServer(kind: ServerKind): Promise<DigestServer> {
  let report = ''
  for (let attempt = 0; attempt < 3; attempt++) {
    const started = await tryStart(kind)
    if (typeof started !== 'string') return started
    report = started
  }
  throw new Error(`${kind.program} does not start\n${report}`)
}

/** A server, or what it said when it did not start. */
async function tryStart(kind: ServerKind): Promise<DigestServer | string> {
  const program = findProgram(kind.program)
  if (program === undefined) throw new Error(`${kind.program} is not installed`)
  const folder = mkdtempSync(join(tmpdir(), `atlas-snapshot-${kind.program}-`))
  // Started as root, a server reads its files as another user.
  chmodSync(folder, 0o755)
  const port = await freePort()
  for (const [name, text] of Object.entries(kind.files)) writeFileSync(join(folder, name), text)
  const configFile = join(folder, 'server.conf')
  writeFileSync(configFile, kind.config(folder, port))

  const child = spawn(program, kind.args(configFile), { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk))
  const ended = once(child, 'close')
  // Should the test's own process end first, its server ends with it.
  const killOnExit = () => void child.kill('SIGTERM')
  process.once('exit', killOnExit)
  let entries: LoggedRequest[] | undefined
  const readLog = () => readAccessLog(join(folder, 'access.log'))
  const stop = async () => {
    await end(child, ended)
    process.off('exit', killOnExit)
    entries ??= readLog()
    rmSync(folder, { recursive: true, force: true })
  }
  if (await answers(port, child)) {
    return { url: `http://127.0.0.1:${port}`, stop, log: () => entries ?? readLog() }
  }
  const errors = join(folder, 'error.log')
  if (existsSync(errors)) said += readFileSync(errors, 'utf8')
  await stop()
  return said
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

async function answers(port: number, child: ChildProcess): Promise<boolean> {
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

/** Fields of a log line, separated by tabs; both servers write `-` for a header that is not there. */
function readAccessLog(path: string): LoggedRequest[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.replaceAll(/\\"|\\x22/g, '"').split('\t')
      const [method = '', path = '', status = '', authorization = '', challenge = ''] = fields
      const header = (text: string) => (text === '-' ? '' : text)
      return {
        method,
        path,
        status: Number(status),
        authorization: header(authorization),
        challenge: header(challenge),
      }
    })
}
