import { expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import { withLogging } from '../../src/atlas/middleware.js'
import { LogLines } from '../support/captured-output.js'
import { never, post } from '../support/http-responses.js'
import { lost } from '../support/scripted-client.js'

const signedPost: HttpRequest = { ...post, headers: { authorization: 'Digest response="5ec2e7"' } }

it.each([
  ['the meaning of an error', () => Promise.reject(lost()), 'unknown'],
  ['"error" for any other value', () => Promise.reject(new TypeError('5ec2e7')), 'error'],
])('withLogging logs %s instead of a status', async (_, send, outcome) => {
  const log = new LogLines()
  await withLogging(send, new VirtualClock(), log)(signedPost, never).catch(() => undefined)
  expect(log.lines).toStrictEqual([`debug: POST ${post.url.pathname}?pageNum=1 ${outcome} 0 ms`])
})
