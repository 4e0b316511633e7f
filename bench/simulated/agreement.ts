import { join } from 'node:path'
import type { RequestLogEntry } from '../../emulator/atlas.js'
import { type ClusterConfig, demo } from '../../emulator/config.js'
import { startAtlas } from '../../script/emulated-atlas.js'
import { projectRoot } from '../../script/root.js'
import { runAction } from '../../script/runner.js'
import { mean } from '../statistics.js'
import { runApart } from './waits.js'

/** The same waits in real time and on the virtual clock. Means of a wait. */
export interface Agreement {
  readonly schedule: 'adaptive' | 'every 4 s'
  readonly waits: number
  readonly requests: number
  readonly simulatedRequests: number
  /** From when Atlas took the snapshot to the last look. */
  readonly endMs: number
  readonly simulatedEndMs: number
  /** How far the simulated figures are from the real ones, as shares of these. */
  readonly requestsDifference: number
  readonly endDifference: number
}

type Figures = Pick<Agreement, 'requests' | 'endMs'>

const DURATIONS_S = [20, 30, 40]
/** Waits for each duration: so many that chance, which the jitter is, stays well below 2 %. */
const WAITS = { adaptive: 10, 'every 4 s': 2 } as const
const SIMULATED_WAITS = 100
/** What a request takes between two processes on one machine. */
const LATENCY_MS = 3

/** Runs the bundle as a process for each of a few waits, all at once, and the core on the virtual clock. Takes a minute. */
export async function measureAgreement(): Promise<readonly Agreement[]> {
  const schedules = ['adaptive', 'every 4 s'] as const
  return Promise.all(
    schedules.map(async (schedule) => {
      const real = await waitInRealTime(schedule)
      const simulated = await simulate(schedule)
      return {
        schedule,
        waits: DURATIONS_S.length * WAITS[schedule],
        ...real,
        simulatedRequests: simulated.requests,
        simulatedEndMs: simulated.endMs,
        requestsDifference: simulated.requests / real.requests - 1,
        endDifference: simulated.endMs / real.endMs - 1,
      }
    }),
  )
}

async function waitInRealTime(schedule: Agreement['schedule']): Promise<Figures> {
  const clusters = DURATIONS_S.flatMap((secondsToCompleted) =>
    Array.from(
      { length: WAITS[schedule] },
      (_, index): ClusterConfig => ({
        name: `cluster-${secondsToCompleted}-${index}`,
        kind: 'replicaSet',
        secondsToCompleted,
      }),
    ),
  )
  const { atlas, url, close } = await startAtlas({ clusters })
  try {
    const results = await Promise.all(
      clusters.map(({ name }) =>
        runAction({
          bundle: join(projectRoot(), 'dist', 'index.js'),
          inputs: {
            'group-id': demo.groupId,
            'cluster-name': name,
            'public-key': demo.publicKey,
            'private-key': demo.privateKey,
            'poll-interval-seconds': schedule === 'adaptive' ? '' : '4',
            wait: 'true',
            'base-url': url,
          },
          timeoutMs: 120_000,
        }),
      ),
    )
    const failed = results.find(({ outputs }) => outputs['status'] !== 'completed')
    if (failed !== undefined) throw new Error(`a wait in real time failed:\n${failed.stdout}${failed.stderr}`)
    return figuresOf(clusters.map(({ name }) => requestsOf(atlas.requests, name)))
  } finally {
    await close()
  }
}

function figuresOf(waits: readonly (readonly RequestLogEntry[])[]): Figures {
  const endsMs = waits.map((requests) => {
    const takenAt = requests.find(({ executed }) => executed)?.at ?? Number.NaN
    return (requests.at(-1)?.at ?? Number.NaN) - takenAt
  })
  return { requests: mean(waits.map(({ length }) => length)), endMs: mean(endsMs) }
}

function requestsOf(all: readonly RequestLogEntry[], clusterName: string): readonly RequestLogEntry[] {
  return all.filter(({ target }) => target.includes(`/clusters/${clusterName}/`))
}

async function simulate(schedule: Agreement['schedule']): Promise<Figures> {
  const steps = DURATIONS_S.flatMap((durationS) =>
    Array.from({ length: SIMULATED_WAITS }, () => ({ startMs: 0, durationS })),
  )
  const pollIntervalMs = schedule === 'adaptive' ? undefined : 4_000
  const waits = await runApart({ steps, task: { pollIntervalMs }, latencyMs: LATENCY_MS })
  return {
    requests: mean(waits.map(({ requests }) => requests)),
    // What the last answer took on its way is not seen in Atlas's log.
    endMs: mean(waits.map(({ step, lagMs }) => step.durationS * 1000 + lagMs - LATENCY_MS / 2)),
  }
}
