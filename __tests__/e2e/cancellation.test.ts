import { describe, expect, it } from '@jest/globals'
import { play } from '../support/bundle.js'
import { until } from '../support/local-http.js'
import { mentioning } from '../support/played.js'
import { noSnapshot, queued } from '../support/rows/row.js'
import { readSummary } from '../support/summary-page.js'
import { TITLES } from '../support/titles.js'

const onPosix = process.platform === 'win32' ? describe.skip : describe

// The rows of main.test.ts are canceled at other moments.
onPosix('a canceled step (on Windows, Node kills a process instead of sending a signal)', () => {
  it.concurrent.each([
    {
      when: 'while its POST is in flight',
      signal: 'SIGINT',
      setup: { faults: ['create:hang'] },
      mentions: ['[as-TAG]', 'Re-run all jobs'],
      outputs: noSnapshot,
    },
    {
      when: 'between two polls',
      signal: 'SIGTERM',
      setup: { inputs: { 'poll-interval-seconds': '60' } },
      mentions: ['ID', 'queued'],
      outputs: { ...queued, 'snapshot-id': expect.stringMatching(/^[0-9a-f]{24}$/) },
    },
  ] as const)('ends at once and reports what exists in Atlas: $when', async (moment) => {
    const { signal, setup, mentions, outputs } = moment
    let milliseconds = Number.NaN
    const { errors, exitCode, result } = await play({
      ...setup,
      during: async (run, { requests }) => {
        // The second one has credentials.
        await until(() => requests.length >= 2 && (outputs === noSnapshot || 'snapshot-id' in run.outputs()))
        const killedAt = performance.now()
        run.kill(signal)
        await run.result
        milliseconds = performance.now() - killedAt
      },
    })
    expect(errors).toStrictEqual([mentioning(TITLES.canceled, signal, ...mentions)])
    expect(exitCode).toBe(1)
    expect(result.outputs).toMatchObject(outputs)
    expect(readSummary(result.summary).headline).toStrictEqual(mentioning('demo', TITLES.canceled))
    // The runner sends SIGTERM after 7.5 s. On an idle machine the step ends within 2 s.
    expect(milliseconds).toBeLessThan(5_000)
  })
})
