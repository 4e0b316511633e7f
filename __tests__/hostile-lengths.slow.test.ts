import { expect, it } from '@jest/globals'
import { demoAccount } from '../simulation/access.js'
import { VirtualClock } from '../simulation/virtual-clock.js'
import { createCommitStatus } from '../src/action/github-client.js'
import { linkify } from '../src/action/html.js'
import { sanitizeLine } from '../src/action/logger.js'
import { errorMessage } from '../src/action-error.js'
import { parseChallenge } from '../src/atlas/digest.js'
import { toNetworkError } from '../src/atlas/network-errors.js'
import { ServiceAccountAuth } from '../src/atlas/service-account-auth.js'
import { truncateMiddle } from '../src/format.js'
import { LogLines } from './support/captured-output.js'
import { createResponse, get, never, post, toError } from './support/http-responses.js'

const LENGTH = 200_000
/** Linear time takes milliseconds, and quadratic time takes at least half a minute. */
const LIMIT_MS = 5_000
const PIECES = [
  ...'. "\\,a1=/@?;:<-*\n\t\u2028',
  ...['. ', ', ', 'a ', 'a=', 'a="', '\\"', 'a="\\"', 'Digest ', 'bearer', '//', ':error:', 'http://', '##['],
]

/** Everything that a text of a server, a proxy, or GitHub passes through, with expressions. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  sanitizeLine,
  truncateMiddle: (text) => truncateMiddle(text, text.length - 1),
  linkify: (text) => linkify(`http://${text}`),
  parseChallenge: (text) => parseChallenge([text, `Digest realm="r", nonce="n", ${text}`]),
  toNetworkError: (text) =>
    ['', 'x:error:', 'tunneling socket could not be established, statusCode='].map((start) =>
      toNetworkError(new Error(start + text), post, never),
    ),
  'toRequestError of Atlas': (text) => toError(403, { errorCode: text, detail: text }),
  'toRequestError of OAuth 2.0': (text) => toError(403, { error: text, error_description: text }),
  'toRequestError of a redirect': (text) =>
    toError(302, '', { location: text, 'retry-after': text, date: text }),
  'the challenge to a token': async (text) => {
    const token = createResponse(200, { access_token: 't', expires_in: 1 })
    const auth = new ServiceAccountAuth({
      ...{ baseUrl: 'https://cloud.example', account: demoAccount, setSecret: () => undefined },
      ...{ clock: new VirtualClock(), logger: new LogLines() },
      send: async ({ url }) =>
        url.pathname.endsWith('/token') ? token : createResponse(401, '', { 'www-authenticate': text }),
    })
    await auth.send(get, never)
  },
  'a message of GitHub': async (text) => {
    const what = { owner: 'o', repo: 'r', sha: 's', context: 'c', description: '', target_url: '' }
    const send = async () => createResponse(403, { message: text })
    await createCommitStatus({ ...what, state: 'pending' }, 't', { send, signal: never }).catch(errorMessage)
  },
}

it.each(Object.entries(readers))('%s takes linear time for any text', async (_, read) => {
  for (const piece of PIECES) {
    const repeated = piece.repeat(LENGTH / piece.length)
    for (const text of [repeated, `${repeated}x`, `${repeated}   ${repeated}`]) {
      // Time that other processes take does not count.
      const start = process.cpuUsage()
      await read(text)
      const { user, system } = process.cpuUsage(start)
      expect({ piece, isSlow: user + system > LIMIT_MS * 1_000 }).toStrictEqual({ piece, isSlow: false })
    }
  }
})
