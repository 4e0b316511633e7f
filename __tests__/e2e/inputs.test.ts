import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { play } from './scenario.js'

describe('bad inputs', () => {
  it('are all named in one run, before any request is sent, and never with a secret’s value', async () => {
    const secret = 'a-secret\u0007value'
    const found = await play({
      inputs: {
        'group-id': 'not an id',
        'cluster-name': '',
        'private-key': secret,
        wait: 'yes',
        'timeout-minutes': '7201',
        'on-conflict': 'hope',
        'base-url': 'http://cloud.mongodb.com',
      },
    })
    expect(found.exitCode).toBe(1)
    expect(found.errors).toEqual([
      'Bad input: group-id | group-id is "not an id", but has to be 24 hexadecimal digits.',
      'Bad input: cluster-name | cluster-name is empty: it is required. If its value comes from vars or secrets, check that there is one of that name, and whether it belongs to an environment that the job does not name.',
      'Bad input: private-key | private-key has to be one line without control characters.',
      'Bad input: wait | wait is "yes", but has to be true or false.',
      'Bad input: timeout-minutes | timeout-minutes is "7201", but has to be a number above 0, at most 7200.',
      'Bad input: on-conflict | on-conflict is "hope", but has to be wait, reuse or fail.',
      'Bad input: base-url | base-url is "http://cloud.mongodb.com", but has to be an origin such as https://cloud.mongodb.com, with http: only for a loopback address.',
    ])
    expect(found.requests).toEqual([])
    expect(found.result.stdout.replace(/^::add-mask::.*$/m, '')).not.toContain(secret)
  }, 60_000)

  it('an explicit empty value is no default: it must not turn the gate into a no-op', async () => {
    const found = await play({ inputs: { wait: '' } })
    expect(found.errors).toEqual([
      'Bad input: wait | wait is empty: give it a value, or leave it out for its default.',
    ])
    expect(found.requests).toEqual([])
    expect(found.exitCode).toBe(1)
  }, 60_000)

  it('a run without any credentials hears of forks', async () => {
    const found = await play({ inputs: { 'public-key': '', 'private-key': '' } })
    expect(found.errors).toEqual([
      'Bad input: credentials | There are no credentials: set public-key and private-key, or client-id and client-secret. A run from a fork, or of Dependabot, gets no secrets.',
    ])
    expect(found.exitCode).toBe(1)
  }, 60_000)

  it('what does not fit its rule is refused, all of it together, and never ignored', async () => {
    const found = await play({
      inputs: { wait: 'maybe', 'reuse-within-minutes': '-5', 'dry-run': 'no' },
    })
    expect(found.errors).toEqual([
      'Bad input: wait | wait is "maybe", but has to be true or false.',
      'Bad input: reuse-within-minutes | reuse-within-minutes is "-5", but has to be a number above 0.',
      'Bad input: dry-run | dry-run is "no", but has to be true or false.',
    ])
    expect(found.requests).toEqual([])
    expect(found.exitCode).toBe(1)
  }, 60_000)

  it('a private key in place of the public one is told without showing it', async () => {
    const found = await play({ inputs: { 'public-key': demo.privateKey, 'private-key': demo.publicKey } })
    expect(found.errors).toEqual([
      'Bad input: public-key | public-key looks like a private key: the two halves seem to be swapped.',
    ])
    expect(found.requests).toEqual([])
  }, 60_000)
})

it('credentials may come from the environment, by the names that the Atlas CLI reads', async () => {
  const found = await play({
    inputs: { 'public-key': '', 'private-key': '' },
    env: { MONGODB_ATLAS_PUBLIC_API_KEY: demo.publicKey, MONGODB_ATLAS_PRIVATE_API_KEY: demo.privateKey },
  })
  expect(found.errors).toEqual([])
  expect(found.result.outputs).toMatchObject({ status: 'completed', created: 'true' })
  expect(found.result.commands[0]).toEqual({ name: 'add-mask', properties: {}, data: demo.privateKey })
}, 60_000)
