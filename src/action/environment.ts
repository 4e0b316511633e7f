import { checkBypass, getProxyUrl } from '@actions/http-client/lib/proxy'
import type { GetInput, InputReader } from './input-reader.js'

/** In the order in which the toolkit reads them. */
const HTTPS_PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY']
const ALL_PROXY_VARIABLES = ['all_proxy', 'ALL_PROXY']
const TLS_VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED'

/** The addresses of Atlas and, with `github-token`, of GitHub. The input's own parser reports an invalid one. */
export function listTargets(get: GetInput): readonly URL[] {
  const gitHub = get('github-token') === '' ? [] : [process.env['GITHUB_API_URL'] || 'https://api.github.com']
  return [get('base-url'), ...gitHub].filter((text) => URL.canParse(text)).map((text) => new URL(text))
}

/** The proxy that the toolkit would use, `undefined` if there is none or its URL is invalid. */
export function findProxy(target: URL): URL | undefined {
  try {
    return getProxyUrl(target)
  } catch {
    return undefined
  }
}

/** Reports variables that would make requests insecure or bypass a proxy. */
export function checkNetwork(get: GetInput, reader: InputReader): void {
  const targets = listTargets(get).filter(({ protocol }) => protocol === 'https:')
  const proxied = targets.find((target) => !checkBypass(target))
  if (proxied !== undefined) checkProxy(proxied, reader)
  if (process.env[TLS_VARIABLE] === '0' && targets.length > 0)
    reader.addProblem(
      TLS_VARIABLE,
      `${TLS_VARIABLE} is 0, which turns off certificate verification and can expose the credentials. In the env of this step, set ${TLS_VARIABLE}: '1'. If a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority.`,
    )
}

/** Reports inputs that action.yml does not declare, in capitals as the runner passes them. A misspelled `wait` would not wait. */
export function checkUndeclaredInputs(declared: ReadonlySet<string>, reader: InputReader): void {
  for (const variable of Object.keys(process.env)) {
    const input = /^INPUT_([^a-z]*)$/.exec(variable)?.[1]?.toLowerCase()
    if (input === undefined || declared.has(input)) continue
    reader.addProblem(
      variable,
      `${variable} is set, but this action has no input ${input}. Check the name in the list of inputs in README.md. If the env of the workflow, job, or step, $GITHUB_ENV, the runner, or its container sets this variable, rename it there.`,
    )
  }
}

function checkProxy(target: URL, reader: InputReader): void {
  const findSet = (names: readonly string[]) => names.find((name) => (process.env[name] ?? '') !== '')
  const variable = findSet(HTTPS_PROXY_VARIABLES)
  const ignored = findSet(ALL_PROXY_VARIABLES)
  const proxy = findProxy(target)
  // `proxy.example:3128` is also a URL, with the scheme `proxy.example:` and no host.
  const isUsable = proxy?.protocol === 'http:' && /^[^[]/.test(proxy.hostname)
  if (variable !== undefined && !isUsable)
    reader.addProblem(
      variable,
      `${variable} must be the URL of an HTTP proxy, for example http://proxy.example:3128, with user and password percent-encoded. Proxies that require TLS or have a literal IPv6 address are not supported. The value is not shown because it might contain a password.`,
    )
  if (variable === undefined && ignored !== undefined)
    reader.addProblem(
      ignored,
      `${ignored} is set, but the action reads only https_proxy. Set https_proxy to the URL of an HTTP proxy, for example http://proxy.example:3128. To connect without a proxy, add ${target.hostname} to no_proxy.`,
    )
}
