import { describe, expect, it } from '@jest/globals'
import { TITLES } from '../../src/titles.js'
import { play, playAll, type Scenario } from '../support/play-bundle.js'
import { mentioning } from '../support/played.js'
import { completed, createNightly, creates, lists, noSnapshot, type Row } from '../support/scenarios/row.js'

/** A row with one scenario for the real bundle. */
interface BundleRow extends Omit<Row, 'scenario'> {
  readonly scenario: Scenario
}

/** So short that a request that hangs is still in flight, and long enough for a busy machine to send it. */
const soon = { 'timeout-minutes': '0.08' } as const
const lost = { mentions: ['[as-TAG]'], outputs: completed, created: 1 } as const
const queued = { status: 'queued', created: 'true' } as const

/** What the network does to a response is real only here. Other responses are in the tables of main.test.ts. */
const rows: readonly BundleRow[] = [
  {
    name: 'finds the snapshot of a POST whose connection was reset',
    scenario: { faults: ['create:reset:executed'] },
    requests: ['create 401', 'create 0', ...lists, 'get 200'],
    ...lost,
  },
  {
    name: 'finds the snapshot of a POST whose response was cut',
    scenario: { faults: ['create:cut'] },
    requests: ['create 401', 'create 200', ...lists, 'get 200'],
    ...lost,
  },
  {
    name: 'finds the snapshot of a POST that a page of HTML answered',
    scenario: { faults: ['create:html:executed'] },
    requests: ['create 401', 'create 502', ...lists, 'get 200'],
    ...lost,
  },
  {
    name: 'polls again after a connection was reset',
    scenario: { faults: ['get:reset'] },
    requests: ['create 401', 'create 200', 'get 0', 'get 200'],
    mentions: ['ECONNRESET'],
    outputs: completed,
    created: 1,
  },
  {
    name: 'takes a new nonce if one is stale',
    scenario: { faults: ['get:stale'] },
    requests: ['create 401', 'create 200', 'get 401', 'get 200'],
    outputs: completed,
    created: 1,
  },
  {
    name: 'follows no redirect',
    scenario: { faults: ['create:redirect=https://elsewhere.example/'] },
    requests: ['create 401', 'create 302'],
    error: TITLES.redirect,
    mentions: ['HTTP 302', 'https://elsewhere.example/', '[as-TAG]'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'does not read an endless response to its end',
    scenario: { faults: ['get:huge'] },
    requests: ['create 401', 'create 200', 'get 200'],
    error: TITLES.responseTooLarge,
    mentions: ['8.00 MiB', 'ID'],
    outputs: queued,
    created: 1,
  },
  {
    name: 'times out while its POST hangs, a second after its deadline',
    scenario: { faults: ['create:hang'], inputs: soon },
    requests: ['create 401', 'create 0'],
    error: TITLES.timedOut,
    mentions: ['5 s', '[as-TAG]'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'times out while the response to a poll drips',
    scenario: { faults: ['get:drip=200'], inputs: soon },
    requests: ['create 401', 'create 200', 'get 200'],
    error: TITLES.timedOut,
    mentions: ['5 s', 'ID'],
    outputs: queued,
    created: 1,
  },
]

describe('the bundle', () => {
  const played = playAll(rows)

  it.each(rows)('$name', async ({ name, requests, error, mentions = [], outputs = {}, created }) => {
    const { exitCode, errors, log, result, ...found } = await played(name)
    expect(errors).toEqual(error === undefined ? [] : [mentioning(error, ...mentions)])
    expect(exitCode).toBe(error === undefined ? 0 : 1)
    if (error === undefined) expect(log.join('\n')).toEqual(mentioning(...mentions))
    expect(found.requests).toEqual(requests)
    expect(result.outputs).toMatchObject(outputs)
    expect(found.created).toBe(created)
    expect(result.stderr).toBe('')
  })

  it('waits for the snapshot of another client, whose words are no commands', async () => {
    const description = '\n::error::x\r##[set-output name=status]completed'
    const { exitCode, requests, result } = await play({ before: createNightly({ description }) })
    expect(exitCode).toBe(0)
    expect(requests).toEqual(['create 401', 'create 400', ...lists, 'get 200', ...lists, ...creates])
    expect(result.outputs).toMatchObject(completed)
    const names = new Set(result.commands.map(({ name }) => name))
    expect([...names].sort()).toEqual(['add-mask', 'debug', 'notice'])
  })

  it('takes no words of a server for a command', async () => {
    const detail = '##[error]a\n::set-output name=status::completed\r##[x]'
    const { errors, result } = await play({ faults: [`create:403:code=SOMETHING:detail=${detail}`] })
    expect(errors).toEqual([mentioning(TITLES.forbidden, 'SOMETHING')])
    const names = new Set(result.commands.map(({ name }) => name))
    expect([...names].sort()).toEqual(['add-mask', 'debug', 'error'])
    expect(result.outputs['status']).toBe('')
  })
})
