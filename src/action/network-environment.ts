import { checkBypass, getProxyUrl } from '@actions/http-client/lib/proxy'
import type { GetInput, InputReader } from './input-reader.js'

/** In the order in which the toolkit reads them. */
const HTTPS_PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY']
/** The last two apply only to loopback addresses, which never use a proxy. */
const PROXY_VARIABLES = [...HTTPS_PROXY_VARIABLES, 'http_proxy', 'HTTP_PROXY']
const TLS_VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED'
/** The only value that makes Node skip certificate verification. */
const TLS_OFF = '0'

/**
 * Reports a proxy variable that the toolkit can't use, or would ignore and bypass the proxy. Variables that don't apply
 * to `baseUrl`, for example because of `no_proxy`, are not checked.
 *
 * @param baseUrl the input. Its own parser reports invalid values.
 * @param env the environment of this process, which the toolkit also reads
 */
export function checkProxy(baseUrl: string, env: NodeJS.ProcessEnv, reader: InputReader): void {
  const variable = HTTPS_PROXY_VARIABLES.find((name) => (env[name] ?? '') !== '')
  if (variable === undefined || !URL.canParse(baseUrl)) return
  const target = new URL(baseUrl)
  if (target.protocol !== 'https:' || checkBypass(target) || isUsable(target)) return
  reader.addProblem(
    variable,
    `${variable} must be the URL of an HTTP proxy, for example http://proxy.example:3128, with user and password percent-encoded. Proxies that require TLS or have a literal IPv6 address are not supported. The value is not shown because it might contain a password.`,
  )
}

/**
 * Reports the variable that turns off certificate verification if the step sends requests over TLS, either to Atlas or,
 * with `github-token`, to GitHub.
 *
 * @param env the environment of this process, which Node also reads
 */
export function checkTlsVerification(get: GetInput, env: NodeJS.ProcessEnv, reader: InputReader): void {
  const usesTls = /^https:/i.test(get('base-url')) || get('github-token') !== ''
  if (env[TLS_VARIABLE] !== TLS_OFF || !usesTls) return
  reader.addProblem(
    TLS_VARIABLE,
    `${TLS_VARIABLE} is ${TLS_OFF}, which turns off certificate verification and can expose the credentials. In the env of this step, set ${TLS_VARIABLE}: '1'. If a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority.`,
  )
}

/**
 * The passwords in all proxy variables: as written, as the URL parser reads them, decoded, and percent-encoded. Also the
 * `Proxy-Authorization` header that the toolkit builds from each (RFC 7617), without the scheme.
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

/** The password as written, even if the value is not a URL. */
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

/** Whether the toolkit would send requests for the target through an HTTP proxy that it supports. */
function isUsable(target: URL): boolean {
  try {
    const proxy = getProxyUrl(target)
    // `proxy.example:3128` is also a URL, with the scheme `proxy.example:` and no host.
    return proxy?.protocol === 'http:' && /^[^[]/.test(proxy.hostname)
  } catch {
    return false
  }
}

/** Returns invalid percent-encoding unchanged. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
