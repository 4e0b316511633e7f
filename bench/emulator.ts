import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type EmulatedAtlas, startAtlas } from '../script/emulated-atlas.js'
import { needProgram } from '../script/find-program.js'
import { projectRoot } from '../script/root.js'

const UNLIMITED = 1_000_000_000

/** An emulated Atlas behind TLS. */
interface Address {
  readonly url: string
  /** For NODE_EXTRA_CA_CERTS. */
  readonly certificate: string
}

/**
 * Starts an emulator without a rate limit in this process.
 *
 * @param folder for its certificate
 * @throws Error if openssl is missing
 */
export async function startEmulator(
  folder: string,
  secondsToCompleted: number,
): Promise<EmulatedAtlas & Address> {
  const { key, certificate } = createCertificate(folder)
  const tls = { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
  const rateLimits = { snapshots: { capacity: UNLIMITED, refillPerMinute: UNLIMITED } }
  return { ...(await startAtlas({ secondsToCompleted, rateLimits }, { tls })), certificate }
}

/**
 * Starts an emulator without a rate limit, whose snapshots are completed before the next process can create one. It is
 * a separate process, so it does not slow down the measured one.
 *
 * @param folder for its certificate
 * @throws Error if openssl is missing
 */
export async function startQuickEmulator(folder: string): Promise<Address & { readonly stop: () => void }> {
  const { key, certificate } = createCertificate(folder)
  const program = join(projectRoot(), 'build', 'emulator', 'main.js')
  const tls = ['--tls-cert', certificate, '--tls-key', key]
  const unlimited = ['--rate-limit', `${UNLIMITED}:${UNLIMITED}`]
  const quick = ['--seconds-to-in-progress', '0.001', '--seconds-to-completed', '0.002']
  const child = spawn(process.execPath, [program, ...tls, ...unlimited, ...quick], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('the emulator did not start'))),
  ])
  const url = /^listening on (\S+)$/.exec(String(line))?.[1]
  if (url === undefined) throw new Error(`unexpected output of the emulator: ${line}`)
  return { url, certificate, stop: () => void child.kill() }
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
