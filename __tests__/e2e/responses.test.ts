import { describe, expect, it } from '@jest/globals'
import { TITLES } from '../../src/titles.js'
import { play, playAll, type Scenario } from '../support/play-bundle.js'
import { mentioning } from '../support/played.js'
import {
  completed,
  createNightly,
  creates,
  lists,
  listsAndCluster,
  noSnapshot,
  type Row,
} from '../support/scenarios/row.js'

/** A row with a scenario for the real bundle. */
interface BundleRow extends Omit<Row, 'scenario'> {
  readonly scenario: Scenario
}

/** Short enough to time out during a request that hangs, long enough for a busy machine to send it. */
const soon = { 'timeout-minutes': '0.08' } as const
const lost = { mentions: ['[as-TAG]'], outputs: completed, created: 1 } as const
const queued = { status: 'queued', created: 'true' } as const

/** Responses that need a real network. Others are in the scenarios of main.test.ts. */
const rows: readonly BundleRow[] = [
  {
    name: 'finds the snapshot of a POST whose connection was reset',
    scenario: { faults: ['create:reset:executed'] },
    requests: ['create 401', 'create 0', ...listsAndCluster, 'get 200'],
    ...lost,
  },
  {
    name: 'finds the snapshot of a POST whose response was incomplete',
    scenario: { faults: ['create:cut'] },
    requests: ['create 401', 'create 200', ...listsAndCluster, 'get 200'],
    ...lost,
  },
  {
    name: 'finds the snapshot of a POST whose response was an HTML page',
    scenario: { faults: ['create:html:executed'] },
    requests: ['create 401', 'create 502', ...listsAndCluster, 'get 200'],
    ...lost,
  },
  {
    name: 'polls again after a connection reset',
    scenario: { faults: ['get:reset'] },
    requests: ['create 401', 'create 200', 'get 0', 'get 200'],
    mentions: ['ECONNRESET'],
    outputs: completed,
    created: 1,
  },
  {
    name: 'gets a new nonce if one is stale',
    scenario: { faults: ['get:stale'] },
    requests: ['create 401', 'create 200', 'get 401', 'get 200'],
    outputs: completed,
    created: 1,
  },
  {
    name: 'does not follow a redirect',
    scenario: { faults: ['create:redirect=https://elsewhere.example/'] },
    requests: ['create 401', 'create 302'],
    error: TITLES.redirect,
    mentions: ['HTTP 302', 'https://elsewhere.example/', '[as-TAG]'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'stops reading an endless response',
    scenario: { faults: ['get:huge'] },
    requests: ['create 401', 'create 200', 'get 200'],
    error: TITLES.responseTooLarge,
    mentions: ['8.00 MiB', 'ID'],
    outputs: queued,
    created: 1,
  },
  {
    name: 'times out while its POST hangs',
    scenario: { faults: ['create:hang'], inputs: soon },
    requests: ['create 401', 'create 0'],
    error: TITLES.timedOut,
    mentions: ['5 s', '[as-TAG]'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'times out while it receives a slow response to a poll',
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
    expect(errors).toStrictEqual(error === undefined ? [] : [mentioning(error, ...mentions)])
    expect(exitCode).toBe(error === undefined ? 0 : 1)
    if (error === undefined) for (const fact of mentions) expect(log.join('\n')).toContain(fact)
    expect(found.requests).toStrictEqual(requests)
    expect(result.outputs).toMatchObject(outputs)
    expect(found.created).toBe(created)
    expect(result.stderr).toBe('')
  })

  it('waits for another snapshot and does not log its description as a workflow command', async () => {
    const description = '\n::error::x\r##[set-output name=status]completed'
    const { exitCode, requests, result } = await play({ before: createNightly({ description }) })
    expect(exitCode).toBe(0)
    const conflict = ['create 401', 'create 400', ...listsAndCluster]
    expect(requests).toStrictEqual([...conflict, 'get 200', ...lists, ...creates])
    expect(result.outputs).toMatchObject(completed)
    const names = new Set(result.commands.map(({ name }) => name))
    expect([...names].sort()).toStrictEqual(['add-mask', 'debug', 'notice'])
  })

  it('does not log server text as a workflow command', async () => {
    const detail = '##[error]a\n::set-output name=status::completed\r##[x]'
    const { errors, result } = await play({ faults: [`create:403:code=SOMETHING:detail=${detail}`] })
    expect(errors).toStrictEqual([mentioning(TITLES.forbidden, 'SOMETHING')])
    const names = new Set(result.commands.map(({ name }) => name))
    expect([...names].sort()).toStrictEqual(['add-mask', 'debug', 'error'])
    expect(result.outputs['status']).toBe('')
  })
})
