import { checkBypass, getProxyUrl } from '@actions/http-client/lib/proxy'
import type { GetInput, InputReader } from './input-reader.js'

/** In the order in which the toolkit looks; the other two are for loopback addresses, which no proxy ever sees. */
const HTTPS_VARIABLES = ['https_proxy', 'HTTPS_PROXY']
const VARIABLES = [...HTTPS_VARIABLES, 'http_proxy', 'HTTP_PROXY']

/**
 * Reports a proxy variable that the toolkit would pass over in silence, so that requests would go past the proxy, or
 * that it cannot serve. A variable that does not matter to `baseUrl`, by `no_proxy` or otherwise, is not looked at.
 *
 * @param baseUrl as it was given; a bad one is for its own rule to report
 * @param env the environment of this process, which the toolkit reads by itself
 */
export function checkProxy(baseUrl: string, env: NodeJS.ProcessEnv, reader: InputReader): void {
  const variable = HTTPS_VARIABLES.find((name) => (env[name] ?? '') !== '')
  if (variable === undefined || !URL.canParse(baseUrl)) return
  const target = new URL(baseUrl)
  if (target.protocol !== 'https:' || checkBypass(target) || isUsable(target)) return
  reader.addProblem(
    variable,
    `${variable} has to be the URL of an HTTP proxy, such as http://proxy.example:3128, with user and password percent-encoded; a proxy that is itself reached by TLS, or at a literal IPv6 address, is not supported. Its value is not shown, since it may hold a password.`,
  )
}

/** Whether the toolkit would send requests to the target through a proxy, and rightly. */
function isUsable(target: URL): boolean {
  try {
    const proxy = getProxyUrl(target)
    // `proxy.example:3128` is a URL, too: of the scheme `proxy.example:`, without a host.
    return proxy?.protocol === 'http:' && /^[^[]/.test(proxy.hostname)
  } catch {
    return false
  }
}

/** The passwords in all proxy variables: as they are written there, decoded, and percent-encoded. */
export function proxyPasswords(env: NodeJS.ProcessEnv): readonly string[] {
  return VARIABLES.flatMap((name) => {
    const value = env[name] ?? ''
    if (value === '') return []
    const [, user = ''] = /^(?:[a-z][a-z\d+.-]*:\/\/)?(.*)@/is.exec(value) ?? []
    const [, written = ''] = /^[^:]*:(.+)$/s.exec(user) ?? []
    const password = decoded(written)
    return written === '' ? [] : [...new Set([written, password, encodeURIComponent(password)])]
  })
}

/** The text itself where it is not percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED'
/** The one value by which Node stops verifying certificates. */
const OFF = '0'

/**
 * Reports the variable that turns Node's verification of certificates off, wherever a request of this step goes by TLS:
 * to Atlas, or with `github-token` to GitHub.
 *
 * @param env the environment of this process, which Node reads by itself
 */
export function checkVerification(get: GetInput, env: NodeJS.ProcessEnv, reader: InputReader): void {
  const usesTls = /^https:/i.test(get('base-url')) || get('github-token') !== ''
  if (env[VARIABLE] !== OFF || !usesTls) return
  reader.addProblem(
    VARIABLE,
    `${VARIABLE} is ${OFF}, by which anybody between the runner and Atlas could answer with a certificate of their own and get the credentials. Set it to 1 for this step (env: ${VARIABLE}: '1'), and behind a proxy that opens TLS name the PEM file of its certificate authority in NODE_EXTRA_CA_CERTS.`,
  )
}
