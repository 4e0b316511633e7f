import { checkBypass, getProxyUrl } from '@actions/http-client/lib/proxy'
import type { GetInput, InputReader } from './input-reader.js'

/** In the order in which the toolkit reads them. */
const HTTPS_PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY']
/** The last two only matter to loopback addresses, which never go through a proxy. */
const PROXY_VARIABLES = [...HTTPS_PROXY_VARIABLES, 'http_proxy', 'HTTP_PROXY']
const TLS_VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED'
/** The one value with which Node does not verify certificates. */
const TLS_OFF = '0'

/**
 * Reports a proxy variable that the toolkit would ignore, so that requests would bypass the proxy, or that it can't use. A
 * variable that does not matter to `baseUrl`, because of `no_proxy` or otherwise, is not checked.
 *
 * @param baseUrl the input. A bad one is reported by its own parser.
 * @param env the environment of this process, which the toolkit reads by itself
 */
export function checkProxy(baseUrl: string, env: NodeJS.ProcessEnv, reader: InputReader): void {
  const variable = HTTPS_PROXY_VARIABLES.find((name) => (env[name] ?? '') !== '')
  if (variable === undefined || !URL.canParse(baseUrl)) return
  const target = new URL(baseUrl)
  if (target.protocol !== 'https:' || checkBypass(target) || isUsable(target)) return
  reader.addProblem(
    variable,
    `${variable} has to be the URL of an HTTP proxy, such as http://proxy.example:3128, with user and password percent-encoded; a proxy that is itself reached by TLS, or at a literal IPv6 address, is not supported. Its value is not shown, since it may hold a password.`,
  )
}

/**
 * Reports the variable that turns off the verification of certificates, if the step sends requests over TLS: to Atlas, or
 * with `github-token` to GitHub.
 *
 * @param env the environment of this process, which Node reads by itself
 */
export function checkTlsVerification(get: GetInput, env: NodeJS.ProcessEnv, reader: InputReader): void {
  const usesTls = /^https:/i.test(get('base-url')) || get('github-token') !== ''
  if (env[TLS_VARIABLE] !== TLS_OFF || !usesTls) return
  reader.addProblem(
    TLS_VARIABLE,
    `${TLS_VARIABLE} is ${TLS_OFF}, by which anybody between the runner and Atlas could answer with a certificate of their own and get the credentials. Set it to 1 for this step (env: ${TLS_VARIABLE}: '1'), and behind a proxy that opens TLS name the PEM file of its certificate authority in NODE_EXTRA_CA_CERTS.`,
  )
}

/**
 * The passwords in all proxy variables, as written, as the URL parser has them, decoded and percent-encoded, and the
 * `Proxy-Authorization` that the toolkit makes from each (RFC 7617), without its scheme.
 */
export function proxySecrets(env: NodeJS.ProcessEnv): readonly string[] {
  return PROXY_VARIABLES.flatMap((name) => {
    const value = env[name] ?? ''
    const urls = [value, `http://${value}`].filter((text) => URL.canParse(text)).map((text) => new URL(text))
    const encoded = [findPassword(value), ...urls.map(({ password }) => password)]
    const passwords = encoded.filter((password) => password !== '').flatMap(listEncodings)
    const headers = urls.flatMap(({ username, password }) =>
      username === '' && password === '' ? [] : basicAuthorization(decode(username), decode(password)),
    )
    return [...new Set([...passwords, ...headers])]
  })
}

/** The password as it is written, also in a value that is no URL. */
function findPassword(value: string): string {
  const [, user = ''] = /^(?:[a-z][a-z\d+.-]*:\/\/)?(.*)@/is.exec(value) ?? []
  return /^[^:]*:(.+)$/s.exec(user)?.[1] ?? ''
}

function listEncodings(written: string): readonly string[] {
  const password = decode(written)
  return [written, password, encodeURIComponent(password)]
}

function basicAuthorization(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString('base64')
}

/** Whether the toolkit would send requests to the target through a proxy, and rightly. */
function isUsable(target: URL): boolean {
  try {
    const proxy = getProxyUrl(target)
    // `proxy.example:3128` is a URL as well, of the scheme `proxy.example:` and without a host.
    return proxy?.protocol === 'http:' && /^[^[]/.test(proxy.hostname)
  } catch {
    return false
  }
}

/** The text itself if it is not percent-encoded. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
