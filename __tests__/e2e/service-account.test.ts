import { expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { play } from '../support/play-bundle.js'
import { demoAccount } from '../support/played.js'
import { completed } from '../support/scenarios/row.js'

const basic = Buffer.from(`${demo.clientId}:${demo.clientSecret}`).toString('base64')

// Other scenarios with tokens are in service-accounts.ts.
it('a step with a service account masks its token before the next log line and revokes it', async () => {
  const run = await play({ inputs: demoAccount })
  expect(run).toMatchObject({ exitCode: 0, errors: [], warnings: [], created: 1 })
  expect(run.requests).toStrictEqual(['token 200', 'create 200', 'get 200', 'revoke 200'])
  expect(run.tokens).toStrictEqual([{ value: expect.any(String), isAlive: false }])
  const { commands, lines, outputs } = run.result
  expect(outputs).toMatchObject(completed)
  const token = run.tokens[0]?.value ?? ''
  const masks = commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)
  expect(masks).toStrictEqual([demo.clientSecret, basic, token])
  expect(lines.slice(0, 2)).toStrictEqual([`::add-mask::${demo.clientSecret}`, `::add-mask::${basic}`])
  const masking = lines.indexOf(`::add-mask::${token}`)
  expect(lines[masking - 1]).toContain('/api/oauth/token 200')
  expect(lines[masking + 1]).toContain('/api/atlas/')
})
