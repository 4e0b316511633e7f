import { type Meaning, RESPONSE_RULES, type ResponseRule, type Sender } from '../src/atlas/response-rules.js'
import { table } from './markdown.js'

/** What the action does, as Markdown. */
interface Reaction {
  /** What has the same meaning besides the responses in `RESPONSE_RULES`. */
  readonly also?: string
  readonly post: string
  readonly otherRequest: string
}

const SEARCH = '[searches the lists](#retries-of-the-post)'

const REACTIONS: Readonly<Record<Meaning | 'notSent' | 'mismatched', Reaction>> = {
  conflict: { post: '[Conflict](#conflicts).', otherRequest: "Doesn't occur." },
  rejected: {
    post: 'Fails and shows what to do.',
    otherRequest:
      'Same, but the step continues without the type of the cluster, or with a snapshot to reuse as the list shows it. For a snapshot that this step created, retries a 404 until 60 seconds after the first one in a row.',
  },
  notAtlas: {
    also: '401 that repeats the nonce just used (from a cache)',
    post: "With credentials, the POST might have been executed. Searches the lists now and after 5 seconds. If the snapshot isn't there, fails without another POST. Without credentials, fails.",
    otherRequest:
      'Fails before the first POST, and when it reads `snapshot-id` for the first time. Otherwise retries.',
  },
  throttled: {
    post: `Retries after \`Retry-After\` or the backoff, whichever is longer. Fails immediately if \`Retry-After\` exceeds the remaining time. Without an Atlas error code, the POST might have been executed, so the action first ${SEARCH}.`,
    otherRequest: 'Retries likewise. The last retry is 2 seconds before the timeout.',
  },
  notSent: {
    also: 'No connection, no DNS result, or no proxy tunnel',
    post: 'Nothing was sent. Retries.',
    otherRequest: 'Retries.',
  },
  unknown: {
    also: 'reset, timeout, TLS failure, truncated body, invalid JSON, response without a snapshot',
    post: `The POST might have been executed. The action ${SEARCH}, then sends another POST.`,
    otherRequest: 'Retries.',
  },
  mismatched: {
    also: 'Another snapshot than expected',
    post: "Searches the lists. If the snapshot isn't there, fails without another POST.",
    otherRequest: 'Retries.',
  },
  untrusted: {
    also: 'invalid certificate, more than 8 MiB',
    post: 'Fails. Nothing more is sent to Atlas, not even the request to revoke the token.',
    otherRequest: 'Same.',
  },
}

const SENDERS: Readonly<Record<Sender, string>> = {
  atlas: ' with an Atlas error code',
  tokenChallenger: ' to an access token with a `Bearer` challenge but no Atlas error code',
  other: ' without an Atlas error code',
}

/** The table of responses and missing responses, by what they mean. */
export function renderResponses(): string {
  const rows = Object.entries(REACTIONS).map(([meaning, { also, post, otherRequest }]) => {
    const rules = RESPONSE_RULES.filter((rule) => rule.meaning === meaning)
    const responses = [...rules.map(describeRule), ...(also === undefined ? [] : [also])]
    return [capitalize(responses.join(', ')), post, otherRequest]
  })
  return table(['Response or error', 'To the POST that creates the snapshot', 'To any other request'], rows)
}

function describeRule({ statuses: [first, last], code, sender }: ResponseRule): string {
  if (code !== undefined) return `${first} \`${code}\``
  const isInRange = ({ statuses: [status, end] }: ResponseRule) =>
    last !== undefined && end === undefined && first <= status && status <= last
  const other = RESPONSE_RULES.some(isInRange) ? 'other ' : ''
  const statuses = last === undefined ? String(first) : `${other}${first / 100}xx`
  return `${statuses}${sender === undefined ? '' : SENDERS[sender]}`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
