import { describe, expect, it } from '@jest/globals'
import { type InputName, InputReader } from '../../src/action/input-reader.js'
import { checkVerification } from '../../src/action/verification.js'
import { problemsOf } from '../support/problems.js'

/** What is wrong with the variable, as `inputs: message`. */
function problems(
  env: NodeJS.ProcessEnv,
  given: Partial<Readonly<Record<InputName, string>>> = { 'base-url': 'https://cloud.mongodb.com' },
): string[] {
  const get = (name: InputName) => given[name] ?? ''
  const reader = new InputReader(get)
  checkVerification(get, env, reader)
  return problemsOf(() => reader.assertNoProblems())
}

const off = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }

describe('the verification of certificates', () => {
  it('may not be turned off, which is told with what it would allow and what to do', () => {
    expect(problems(off)).toEqual([
      "NODE_TLS_REJECT_UNAUTHORIZED: NODE_TLS_REJECT_UNAUTHORIZED is 0, by which anybody between the runner and Atlas could answer with a certificate of their own and get the credentials. Set it to 1 for this step (env: NODE_TLS_REJECT_UNAUTHORIZED: '1'), and behind a proxy that opens TLS name the PEM file of its certificate authority in NODE_EXTRA_CA_CERTS.",
    ])
  })

  it.each([undefined, '', '1', '00', ' 0', 'false'])('is on for Node where the variable is %j', (value) => {
    expect(problems({ NODE_TLS_REJECT_UNAUTHORIZED: value })).toEqual([])
  })

  it('may be off where nothing is asked by TLS, which is on this machine alone', () => {
    expect(problems(off, { 'base-url': 'http://127.0.0.1:8080' })).toEqual([])
  })

  it.each([
    { 'base-url': 'HTTPS://cloud.mongodb.com' },
    { 'base-url': 'https://cloud.mongodb.com/api' },
    { 'base-url': 'http://127.0.0.1:8080', 'github-token': 'ghs_5ec2e7' },
  ])('may not be off for a request to GitHub either, nor where base-url is bad: %j', (given) => {
    expect(problems(off, given)).toHaveLength(1)
  })
})
