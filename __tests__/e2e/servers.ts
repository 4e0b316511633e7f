import { type DaemonKind, startDaemon } from './daemon.js'

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

/** Starts a server that asks for digest credentials. */
export async function startDigestServer(kind: DaemonKind): Promise<DigestServer> {
  const { port, stop, accessLog } = await startDaemon(kind)
  return { url: `http://127.0.0.1:${port}`, stop, log: () => requestsOf(accessLog()) }
}

/** Fields of a log line, separated by tabs; both servers write `-` for a header that is not there. */
function requestsOf(accessLog: string): LoggedRequest[] {
  return accessLog
    .split('\n')
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
