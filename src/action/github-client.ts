import { errorMessage } from '../action-error.js'
import { formatErrorResponse } from '../atlas/error-response.js'
import { RequestError } from '../atlas/errors.js'
import { type HttpRequest, type HttpResponse, header, type Send } from '../atlas/http.js'
import { asString, isJsonObject, parseJsonObject } from '../json.js'
import { USER_AGENT } from './node-runtime.js'

/** The parameters of GitHub's commit status API. */
export interface CommitStatus {
  readonly owner: string
  readonly repo: string
  readonly sha: string
  readonly state: 'error' | 'failure' | 'pending' | 'success'
  readonly context: string
  /** At most 140 characters. */
  readonly description: string
  readonly target_url: string
}

const CREATED = 201

/** The options of `fetch` that the client uses. */
type FetchOptions = Required<Pick<HttpRequest, 'headers' | 'body'>>

/**
 * Sets a commit status through the API at `GITHUB_API_URL`. Sends one request on a connection of its own, without retries.
 * Redirects are not followed, because the request contains the token.
 *
 * @throws Error unless GitHub confirms it. Its message completes the sentence "Could not set the commit status: …".
 */
export async function createCommitStatus(
  status: CommitStatus,
  token: string,
  { send, signal }: { send: Send; signal: AbortSignal },
): Promise<void> {
  // Loaded only for steps with a token.
  const { getOctokit } = await import('@actions/github')
  // With `Send`, proxies and certificates are the same as for Atlas. The client keeps the message of what this throws.
  const fetch = async (url: string, { headers, body }: FetchOptions): Promise<Response> => {
    const request: HttpRequest = {
      purpose: 'set the commit status',
      method: 'POST',
      url: new URL(url),
      // The next request comes after the whole wait, when the connection might have been closed.
      headers: { ...headers, connection: 'close' },
      body,
    }
    const response = await send(request, signal).catch((error: unknown) => {
      const reason = error instanceof RequestError ? error.reason : errorMessage(error)
      throw new Error(
        `${reason}. Check the runner's network and its proxy variables (https_proxy, no_proxy).`,
      )
    })
    if (response.status !== CREATED) throw new Error(describeRejection(response, status))
    // The client would log some other headers unsanitized.
    const type = header(response, 'content-type') ?? ''
    return new Response(response.body, { status: response.status, headers: { 'content-type': type } })
  }
  const { rest } = getOctokit(token, { userAgent: USER_AGENT, request: { fetch } })
  await rest.repos.createCommitStatus({ ...status })
}

function describeRejection(response: HttpResponse, { owner, repo, sha }: CommitStatus): string {
  const { status } = response
  const detail = status < 400 ? undefined : parseDetail(response)
  const rejection = formatErrorResponse({ status, errorCode: undefined, detail })
  const remedy = remedyFor(response, `${sha} exists in ${owner}/${repo}`)
  return `GitHub responded with ${rejection}. ${remedy}`.trim()
}

function remedyFor(response: HttpResponse, commitExists: string): string {
  const { status } = response
  if (status < 400) return `Expected HTTP ${CREATED}. Check GITHUB_API_URL.`
  // GitHub also uses 403 for rate limits.
  const hasLimit = header(response, 'retry-after') ?? header(response, 'x-ratelimit-remaining') === '0'
  if (status === 429 || (status === 403 && hasLimit)) return 'The token has reached its rate limit.'
  if (status === 401)
    return "Check the github-token input. For the job's token, use the expression github.token."
  if (status === 403 || status === 404)
    return "Add `statuses: write` to the job's permissions. Fork and Dependabot runs only get a read-only token."
  return status === 422 ? `Check that commit ${commitExists}.` : ''
}

/** GitHub's message, `undefined` if the body is not from GitHub, for example a proxy's page. */
function parseDetail({ body }: HttpResponse): string | undefined {
  const { message, errors } = parseJsonObject(body) ?? {}
  const more = Array.isArray(errors)
    ? errors.map((error: unknown) => (isJsonObject(error) ? asString(error['message']) : asString(error)))
    : []
  return [asString(message), ...more].filter(Boolean).join('; ') || undefined
}
