import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { JsonFields } from '../emulator/json-fields.js'
import { needProgram } from '../script/find-program.js'
import { projectRoot } from '../script/root.js'

/** A request as the emulator saw it. */
export interface SeenRequest {
  /** `create`, `get`, `token` …, empty if the request is not part of the API. */
  readonly operation: string
  readonly status: number
}

/** An emulated Atlas behind TLS. It is a separate process, so it does not slow down the measured one. */
export interface Emulator {
  readonly url: string
  /** For NODE_EXTRA_CA_CERTS. */
  readonly certificate: string
  readonly requests: () => Promise<readonly SeenRequest[]>
  /** When the last snapshot finished, or will finish, in milliseconds since 1970. */
  readonly lastEnd: () => Promise<number>
  readonly stop: () => void
}

/**
 * Starts an emulator without a rate limit.
 *
 * @param folder for its certificate
 * @param flags more flags of `npm run emulator`
 * @throws Error if openssl is missing
 */
export async function startEmulator(folder: string, flags: readonly string[]): Promise<Emulator> {
  const { key, certificate } = createCertificate(folder)
  const program = join(projectRoot(), 'build', 'emulator', 'main.js')
  const tls = ['--tls-cert', certificate, '--tls-key', key]
  const unlimited = ['--rate-limit', '1000000000:1000000000', '--port', '0']
  const child = spawn(process.execPath, [program, ...tls, ...unlimited, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('the emulator did not start'))),
  ])
  const url = /^listening on (\S+)$/.exec(String(line))?.[1]
  if (url === undefined) throw new Error(`unexpected output of the emulator: ${line}`)
  const list = (path: string) => readList(`${url}/_emulator/${path}`, certificate)
  return {
    url,
    certificate,
    requests: async () =>
      (await list('requests')).map((fields) => ({
        operation: fields.text('operation') ?? '',
        status: fields.number('status') ?? 0,
      })),
    lastEnd: async () => (await list('snapshots')).at(-1)?.number('endsAt') ?? Number.NaN,
    stop: () => void child.kill(),
  }
}

/** Starts an emulator whose snapshots are completed before the next process can create one. */
export function startQuickEmulator(folder: string): Promise<Emulator> {
  return startEmulator(folder, ['--seconds-to-in-progress', '0.001', '--seconds-to-completed', '0.002'])
}

/** A self-signed certificate for 127.0.0.1, and its key. */
function createCertificate(parent: string): { readonly certificate: string; readonly key: string } {
  const folder = mkdtempSync(join(parent, 'tls-'))
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  const args = ['req', '-x509', ...ec, ...name, '-days', '2', '-keyout', key, '-out', certificate]
  execFileSync(needProgram('openssl'), args, { stdio: 'pipe' })
  return { certificate, key }
}

async function readList(url: string, certificate: string): Promise<JsonFields[]> {
  const text = await new Promise<string>((resolve, reject) => {
    get(url, { ca: readFileSync(certificate) }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => resolve(body))
    }).on('error', reject)
  })
  const list: unknown = JSON.parse(text)
  if (!Array.isArray(list)) throw new TypeError(`${url} did not return a list`)
  return list.map((entry: unknown, index) => new JsonFields(`entry ${index}`, entry))
}
