import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '../../script/find-program.js'

/** A private certificate authority and the server certificate that it signed. */
export interface Authority {
  /** Path of the authority's certificate in PEM, for NODE_EXTRA_CA_CERTS. */
  readonly certFile: string
  /** Certificate and key of the server in PEM. */
  readonly identity: { readonly cert: string; readonly key: string }
  readonly remove: () => void
}

/** Creates an authority with openssl, and a server certificate for these names (`DNS:…`, `IP:…`). */
export function createAuthority(names: readonly string[]): Authority {
  const openssl = findProgram('openssl')
  if (openssl === undefined) throw new Error('openssl is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-authority-'))
  const file = (name: string) => join(folder, name)
  const run = (...args: string[]) => void execFileSync(openssl, args, { cwd: folder, stdio: 'pipe' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  writeFileSync(file('extensions'), `subjectAltName=${names.join(',')}`)
  run(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=Company CA',
    '-days',
    '2',
  )
  run('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=server')
  const signed = ['-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial']
  run('x509', '-req', ...signed, '-days', '2', '-extfile', 'extensions', '-out', 'server.pem')
  return {
    certFile: file('ca.pem'),
    identity: {
      cert: readFileSync(file('server.pem'), 'utf8'),
      key: readFileSync(file('server.key'), 'utf8'),
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
