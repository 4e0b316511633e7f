import { kilobytes, megabytes, percent, seconds, times } from './format.js'
import type { Results } from './results.js'

/** A limit for a measurement. */
export interface Goal {
  readonly measure: string
  readonly limit: number
  readonly measured: number
  readonly format: (value: number) => string
}

/** What the measurements must not exceed. */
export function goals({ startUp, virtualWaits, fleets, memory, sizes }: Results): readonly Goal[] {
  const ratio = (name: string) =>
    startUp.contenders.find((contender) => contender.name === name)?.overBaseline.median ?? Number.NaN
  const baselineBytes = memory.peaks.find(({ name }) => name === 'baseline')?.bytes.median ?? Number.NaN
  const limits = new Map([
    [160, { lag: 0.016, requests: 42 }],
    [527, { lag: 0.016, requests: 84 }],
    [3600, { lag: 0.003, requests: 300 }],
  ])
  return [
    {
      measure: 'Start-up, compared with the baseline',
      limit: Math.min(1.4, ratio('usual action')),
      measured: ratio('this action'),
      format: times,
    },
    ...virtualWaits.flatMap(({ durationS, meanLagRatio, requests }): Goal[] => [
      {
        measure: `Mean delay, share of a ${durationS} s snapshot`,
        limit: limits.get(durationS)?.lag ?? Number.NaN,
        measured: meanLagRatio,
        format: percent,
      },
      {
        measure: `Requests, ${durationS} s snapshot`,
        limit: limits.get(durationS)?.requests ?? Number.NaN,
        measured: requests,
        format: (value) => value.toFixed(0),
      },
    ]),
    {
      measure: 'Maximum delay in these waits',
      limit: 17_000,
      measured: Math.max(...virtualWaits.map(({ maxLagMs }) => maxLagMs)),
      format: seconds,
    },
    {
      measure: 'Fleet steps without a completed snapshot',
      limit: 0,
      measured: fleets.reduce((sum, { steps, completed }) => sum + steps - completed, 0),
      format: String,
    },
    {
      measure: 'Memory above the baseline, after hours of polling',
      limit: 30e6,
      measured: memory.longWait.bytes - baselineBytes,
      format: megabytes,
    },
    {
      measure: 'Download',
      limit: 200_000,
      measured: sizes.archive,
      format: kilobytes,
    },
  ]
}
