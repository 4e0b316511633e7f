import type { HttpResponse, Send } from '../atlas/http.js'
import { asString, isJsonObject } from '../atlas/json.js'
import { formatErrorResponse, joinTruncated } from '../atlas/response-errors.js'
import { errorMessage } from '../failure.js'
import { USER_AGENT } from './node-runtime.js'

/** A commit status as GitHub's API takes it. */
export interface CommitStatus {
  readonly owner: string
  readonly repo: string
  readonly sha: string
  readonly state: 'error' | 'failure' | 'pending' | 'success'
  readonly context: string
  /** 140 characters at most. */
  readonly description: string
  readonly target_url?: string
}

/** Why GitHub did not set the status, and what to do about it. */
class GitHubError extends Error {
  override readonly name = 'GitHubError'
}

/** A response other than 2xx, as far as it says why. */
interface GitHubResponse {
  readonly status: number
  /** GitHub's own words, `undefined` if the body is not GitHub's (a proxy's page). */
  readonly detail: string | undefined
  /** Whether GitHub limits the rate of requests, which it says with 403 as well. */
  readonly isLimit: boolean
}

const MAX_DETAIL_LENGTH = 500
const CREATED = 201

/** The client would log texts of the server as they are. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/**
 * Sets a commit status with one request, which is never retried, at the API that `GITHUB_API_URL` names.
 *
 * @throws GitHubError if GitHub did not confirm it
 */
export async function createCommitStatus(
  status: CommitStatus,
  token: string,
  { send, signal }: { send: Send; signal: AbortSignal },
): Promise<void> {
  // Only a step with a token needs it.
  const { getOctokit } = await import('@actions/github')
  const fetch = createFetch(send, 'Setting the commit status')
  const { rest } = getOctokit(token, { log: silent, userAgent: USER_AGENT, request: { fetch } })
  let answered: number
  try {
    const answer = await rest.repos.createCommitStatus({ ...status, request: { signal, log: silent } })
    answered = answer.status
  } catch (error) {
    throw toGitHubError(error, status)
  }
  // A redirect that is not followed would look like success.
  if (answered !== CREATED)
    throw new GitHubError(
      `${describeResponse(answered, undefined)}, not HTTP ${CREATED}. Check GITHUB_API_URL.`,
    )
}

function toGitHubError(error: unknown, { owner, repo, sha }: CommitStatus): GitHubError {
  const answer = parseErrorAnswer(error)
  if (answer === undefined) {
    return new GitHubError(
      `The request to GitHub failed (${rootCause(error)}). Check the runner's network and its proxy variables (https_proxy, no_proxy).`,
      { cause: error },
    )
  }
  const { status, detail } = answer
  const remedy = remedyFor(answer, `commit ${sha} is in ${owner}/${repo}`)
  return new GitHubError(`${describeResponse(status, detail)}. ${remedy}`.trim(), { cause: error })
}

function remedyFor({ status, isLimit }: GitHubResponse, commitExists: string): string {
  if (isLimit) return 'GitHub was asked too often with this token.'
  if (status === 401) return "Check github-token; the run's own token is the expression github.token."
  if (status === 403 || status === 404)
    return 'Give the job `permissions: statuses: write`; the token of a run from a fork, or of Dependabot, can only read.'
  return status === 422 ? `Check that ${commitExists}.` : ''
}

function describeResponse(status: number, detail: string | undefined): string {
  return `GitHub answered ${formatErrorResponse({ status, errorCode: undefined, detail, parameters: [] })}`
}

/** The response in the client's error, `undefined` if the request itself failed. */
function parseErrorAnswer(error: unknown): GitHubResponse | undefined {
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

/** The client and its `fetch` each wrap the network error. */
function rootCause(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? rootCause(error.cause) : errorMessage(error)
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

/** Redirects that keep method and body, as for a renamed repository. */
const SAME_REQUEST: readonly number[] = [307, 308]
const MAX_REDIRECTS = 3
/** Statuses without a body, which `Response` rejects. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304]

/**
 * The part of `fetch` that the client needs for POST, over `Send`, so that proxies and certificates are the same for all
 * requests of a step. Redirects are followed on the same origin only, because credentials go with them.
 *
 * @param purpose the subject of messages
 */
function createFetch(send: Send, purpose: string) {
  return async (address: string, { headers = {}, body, signal }: FetchOptions): Promise<Response> => {
    let url = new URL(address)
    for (let redirects = 0; ; redirects++) {
      const answer = await send({ purpose, method: 'POST', url, headers, ...(body && { body }) }, signal)
      const next = redirects < MAX_REDIRECTS ? parseRedirect(answer, url) : undefined
      if (next === undefined) return toResponse(answer)
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
