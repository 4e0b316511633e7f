import { describe, expect, it } from '@jest/globals'
import type { Atlas } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import type { ActionRun } from '../../script/runner.js'
import { play, until } from '../support/play-bundle.js'
import { demoAccount, type Played } from '../support/played.js'
import { completed } from '../support/scenarios/row.js'

const basic = Buffer.from(`${demo.clientId}:${demo.clientSecret}`).toString('base64')
const creates: readonly string[] = ['token 200', 'create 200', 'get 200']

/** The values that the run masks. */
function readMasks({ result }: Played): readonly string[] {
  return result.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)
}

/** Resolves when Atlas has received a number of requests of an operation. */
function requested({ requests }: Atlas, operation: string, times = 1): Promise<void> {
  return until(() => requests.filter((request) => request.operation === operation).length >= times)
}

// Other scenarios with tokens are in service-accounts.ts.
describe('a service account', () => {
  it.concurrent('gets one token, masks it before the next log line, and revokes it', async () => {
    const run = await play({ inputs: demoAccount })
    expect(run).toMatchObject({ exitCode: 0, errors: [], warnings: [], created: 1 })
    expect(run.requests).toStrictEqual([...creates, 'revoke 200'])
    expect(run.tokens).toStrictEqual([{ value: expect.any(String), isAlive: false }])
    const { lines, outputs } = run.result
    expect(outputs).toMatchObject(completed)
    const token = run.tokens[0]?.value ?? ''
    expect(readMasks(run)).toStrictEqual([demo.clientSecret, basic, token])
    expect(lines.slice(0, 2)).toStrictEqual([`::add-mask::${demo.clientSecret}`, `::add-mask::${basic}`])
    const masking = lines.indexOf(`::add-mask::${token}`)
    expect(lines[masking - 1]).toContain('/api/oauth/token 200')
    expect(lines[masking + 1]).toContain('/api/atlas/')
  })

  it.concurrent('can be set in environment variables', async () => {
    const run = await play({
      inputs: { 'public-key': '', 'private-key': '', wait: 'false' },
      env: { MONGODB_ATLAS_CLIENT_ID: demo.clientId, MONGODB_ATLAS_CLIENT_SECRET: demo.clientSecret },
    })
    expect(run).toMatchObject({ exitCode: 0, errors: [], created: 1 })
    expect(run.requests).toStrictEqual(['token 200', 'create 200', 'revoke 200'])
    expect(readMasks(run)).toStrictEqual([demo.clientSecret, basic, run.tokens[0]?.value])
  })

  it.concurrent('gets a new token if Atlas rejects the first one during the wait', async () => {
    const during = async (_: ActionRun, atlas: Atlas) => {
      await requested(atlas, 'get', 2)
      atlas.expireTokens()
    }
    const run = await play({ atlas: { secondsToCompleted: 2.5 }, inputs: demoAccount, during })
    expect(run).toMatchObject({ exitCode: 0, errors: [], warnings: [], created: 1 })
    expect(run.requests).toStrictEqual([...creates, 'get 401', 'token 200', 'get 200', 'revoke 200'])
    expect(run.tokens.map(({ isAlive }) => isAlive)).toStrictEqual([false, false])
    expect(readMasks(run)).toStrictEqual([demo.clientSecret, basic, ...run.tokens.map(({ value }) => value)])
  })

  // On Windows, a signal from another process ends the action at once.
  const onPosix = process.platform === 'win32' ? it.skip : it.concurrent
  onPosix('lets a canceled step end soon while the revocation hangs', async () => {
    let canceledAt = 0
    let endedAt = 0
    const during = async (run: ActionRun, atlas: Atlas) => {
      await requested(atlas, 'revoke')
      canceledAt = performance.now()
      run.kill('SIGINT')
      await run.result
      endedAt = performance.now()
    }
    const run = await play({ faults: ['revoke:hang'], inputs: demoAccount, during })
    expect(run).toMatchObject({ exitCode: 0, errors: [] })
    expect(run.requests).toStrictEqual([...creates, 'revoke 0'])
    expect(run.result.outputs).toMatchObject(completed)
    expect(endedAt - canceledAt).toBeLessThan(9_000)
  })
})
