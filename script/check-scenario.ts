import type { Scenario, ScenarioResult } from './scenarios.js'

/** A checked claim about the result of a scenario. */
export interface Check {
  readonly claim: string
  readonly holds: boolean
  /** The actual value. */
  readonly found?: string
}

/** Compares the result of a scenario with its expectations and with the snapshots in Atlas. */
export function checkScenario(
  { steps, expectedSnapshots, checks = [] }: Scenario,
  scenarioResult: ScenarioResult,
): Check[] {
  const { runs, snapshots } = scenarioResult
  const own = snapshots.filter(({ takenBy }) => takenBy === 'request').length
  return [
    ...steps.flatMap((expected, index) => {
      const result = runs[index]?.result
      const { status = '', created = '', 'snapshot-id': id = '' } = result?.outputs ?? {}
      const run = steps.length > 1 ? `run ${index + 1}: ` : ''
      return [
        equals(`${run}exit code`, [String(expected.exitCode)], String(result?.exitCode ?? result?.signal)),
        equals(`${run}status`, expected.status, status),
        equals(`${run}created`, [String(expected.created)], created),
        { claim: `${run}snapshot-id exists in Atlas`, holds: snapshots.some((one) => one.id === id) },
      ]
    }),
    equals('snapshots created by the action', [String(expectedSnapshots)], String(own)),
    ...checkFinalStatus(scenarioResult),
    ...checks.map(({ claim, holds }) => ({ claim, holds: holds(scenarioResult) })),
  ]
}

/** A final status in the outputs of the last step must match the status in Atlas. */
function checkFinalStatus({ runs, snapshots }: ScenarioResult): Check[] {
  const { status, 'snapshot-id': id } = runs.at(-1)?.result.outputs ?? {}
  if (status !== 'completed' && status !== 'failed') return []
  const actual = snapshots.find((snapshot) => snapshot.id === id)?.status
  return [equals('status in Atlas', [status], String(actual))]
}

function equals(what: string, wanted: readonly string[], found: string): Check {
  const claim = `${what}: ${wanted.join(' or ')}`
  return { claim, holds: wanted.includes(found), found: found === '' ? 'nothing' : found }
}
