import { errorMessage } from '../action-error.js'
import { formatErrorResponse, joinTruncated } from '../atlas/error-response.js'
import type { HttpResponse, Send } from '../atlas/http.js'
import { asString, isJsonObject } from '../atlas/json.js'
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
  readonly target_url?: string
}

/** The message completes the sentence "Could not set the commit status: …" and says what to do. */
class GitHubError extends Error {
  override readonly name = 'GitHubError'
}

/** The relevant parts of an error response. */
interface GitHubResponse {
  readonly status: number
  /** GitHub's message, `undefined` if the body is not from GitHub, for example a proxy's page. */
  readonly detail: string | undefined
  /** Whether it is a rate limit, for which GitHub also uses 403. */
  readonly isLimit: boolean
}

/** An infinitive for messages. */
const PURPOSE = 'set the commit status'
const MAX_DETAIL_LENGTH = 500
const CREATED = 201

/** The client would log the server's text unsanitized. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/**
 * Sets a commit status through the API at `GITHUB_API_URL`. Sends one request without retries.
 *
 * @throws GitHubError unless GitHub confirms it
 */
export async function createCommitStatus(
  status: CommitStatus,
  token: string,
  { send, signal }: { send: Send; signal: AbortSignal },
): Promise<void> {
  // Loaded only for steps with a token.
  const { getOctokit } = await import('@actions/github')
  const fetch = createFetch(send, PURPOSE)
  const { rest } = getOctokit(token, { log: silent, userAgent: USER_AGENT, request: { fetch } })
  let responseStatus: number
  try {
    const response = await rest.repos.createCommitStatus({ ...status, request: { signal, log: silent } })
    responseStatus = response.status
  } catch (error) {
    throw toGitHubError(error, status)
  }
  // The client accepts redirects that are not followed.
  if (responseStatus !== CREATED)
    throw new GitHubError(
      `${describeResponse(responseStatus, undefined)} instead of HTTP ${CREATED}. Check GITHUB_API_URL.`,
    )
}

function toGitHubError(error: unknown, { owner, repo, sha }: CommitStatus): GitHubError {
  const response = parseErrorResponse(error)
  if (response === undefined) {
    return new GitHubError(
      `the request failed (${rootCause(error)}). Check the runner's network and its proxy variables (https_proxy, no_proxy).`,
      { cause: error },
    )
  }
  const { status, detail } = response
  const remedy = remedyFor(response, `commit ${sha} exists in ${owner}/${repo}`)
  return new GitHubError(`${describeResponse(status, detail)}. ${remedy}`.trim(), { cause: error })
}

function remedyFor({ status, isLimit }: GitHubResponse, commitExists: string): string {
  if (isLimit) return 'The token has reached its rate limit.'
  if (status === 401)
    return "Check the github-token input. For the job's token, use the expression github.token."
  if (status === 403 || status === 404)
    return "Add `statuses: write` to the job's permissions. Fork and Dependabot runs only get a read-only token."
  return status === 422 ? `Check that ${commitExists}.` : ''
}

function describeResponse(status: number, detail: string | undefined): string {
  return `GitHub responded with ${formatErrorResponse({ status, errorCode: undefined, detail, parameters: [] })}`
}

/** The response in the client's error, `undefined` if the request itself failed. */
function parseErrorResponse(error: unknown): GitHubResponse | undefined {
  if (!isJsonObject(error) || !isJsonObject(error['response'])) return undefined
  const { status, data, headers } = error['response']
  if (typeof status !== 'number') return undefined
  const isLimit =
    status === 429 ||
    (isJsonObject(headers) && ('retry-after' in headers || headers['x-ratelimit-remaining'] === '0'))
  return { status, detail: parseDetail(data), isLimit }
}

function parseDetail(data: unknown): string | undefined {
  if (!isJsonObject(data)) return undefined
  const { errors } = data
  const more = Array.isArray(errors)
    ? errors.map((error: unknown) => (isJsonObject(error) ? asString(error['message']) : asString(error)))
    : []
  return joinTruncated([asString(data['message']), ...more], MAX_DETAIL_LENGTH)
}

/** The client and its `fetch` both wrap the network error. The caller adds the purpose. */
function rootCause(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return rootCause(error.cause)
  return errorMessage(error).replace(`Could not ${PURPOSE}: `, '').replace(/\.$/, '')
}

function ignore(): void {
  // Nothing is logged.
}

/** The options of `fetch` that the client uses. */
interface FetchOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** Redirects that keep the method and body, for example after a repository is renamed. */
const SAME_REQUEST: readonly number[] = [307, 308]
const MAX_REDIRECTS = 3
/** Statuses for which `Response` rejects a body. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304]

/**
 * The part of `fetch` that the client needs for POST. It uses `Send`, so proxies and certificates are the same as for
 * Atlas. It follows redirects only within the same origin, because they include the token.
 *
 * @param purpose an infinitive for messages
 */
function createFetch(send: Send, purpose: string) {
  return async (address: string, { headers = {}, body, signal }: FetchOptions): Promise<Response> => {
    let url = new URL(address)
    for (let redirects = 0; ; redirects++) {
      const response = await send({ purpose, method: 'POST', url, headers, ...(body && { body }) }, signal)
      const next = redirects < MAX_REDIRECTS ? parseRedirect(response, url) : undefined
      if (next === undefined) return toResponse(response)
      url = next
    }
  }
}

function parseRedirect({ status, headers }: HttpResponse, from: URL): URL | undefined {
  const location = headers['location']?.[0]
  if (!SAME_REQUEST.includes(status) || location === undefined || !URL.canParse(location, from.href))
    return undefined
  const next = new URL(location, from)
  return next.origin === from.origin ? next : undefined
}

function toResponse({ status, headers, body }: HttpResponse): Response {
  const pairs = Object.entries(headers).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  return new Response(WITHOUT_BODY.includes(status) ? null : body, { status, headers: pairs })
}
