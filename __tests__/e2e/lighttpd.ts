import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type DigestServer, startDigestServer } from './servers.js'
import { realm, user } from './user.js'

export type LighttpdAlgorithm = 'MD5' | 'SHA-256'

export interface LighttpdOptions {
  /** Port of what lighttpd stands in front of. */
  readonly backendPort: number
  /** One challenge header each. */
  readonly algorithms: readonly LighttpdAlgorithm[]
}

/** Starts a lighttpd that asks for digest credentials. */
export function startLighttpd(options: LighttpdOptions): Promise<DigestServer> {
  return startDigestServer({
    program: 'lighttpd',
    config: (folder, port) => config(options, folder, port),
    args: (configFile) => ['-D', '-f', configFile],
    files: { htdigest: options.algorithms.map(entry).join('') },
  })
}

function config(options: LighttpdOptions, folder: string, port: number): string {
  return `
server.modules = ("mod_auth", "mod_authn_file", "mod_proxy", "mod_accesslog")
server.document-root = "${folder}"
server.bind = "127.0.0.1"
server.port = ${port}
server.errorlog = "${join(folder, 'error.log')}"
server.compat-module-load = "disable"
accesslog.filename = "${join(folder, 'access.log')}"
accesslog.format = "%m\t%U\t%s\t%{Authorization}i\t%{WWW-Authenticate}o"
auth.backend = "htdigest"
auth.backend.htdigest.userfile = "${join(folder, 'htdigest')}"
auth.require = ("/" => (
  "method" => "digest",
  "algorithm" => "${options.algorithms.join('|')}",
  "realm" => "${realm}",
  "require" => "valid-user"
))
proxy.server = ("" => (("host" => "127.0.0.1", "port" => ${options.backendPort})))
`
}

/** A line of the password file; the length of its hash tells lighttpd the algorithm. */
function entry(algorithm: LighttpdAlgorithm): string {
  const hash = createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
  return `${user.name}:${realm}:${hash.update(`${user.name}:${realm}:${user.password}`).digest('hex')}\n`
}
