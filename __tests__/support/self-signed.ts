import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../script/root.js'

const file = (name: string) => join(projectRoot(), '__tests__', 'fixtures', 'tls', `self-signed.${name}.pem`)

/** The path of the certificate, for NODE_EXTRA_CA_CERTS. It is for localhost, 127.0.0.1, and atlas.invalid. */
export const certFile: string = file('cert')
export const selfSigned = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(file('key'), 'utf8') }
