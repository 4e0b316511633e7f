import type { Scenario, ScenarioResult } from './scenarios.js'

/** A claim about a scenario's end, and whether it holds. */
export interface Check {
  readonly claim: string
  readonly holds: boolean
  /** What was found in place of it. */
  readonly found?: string
}

/** Checks what a scenario came to: against what it expects, and against what Atlas has. */
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
        { claim: `${run}the snapshot of that id is in Atlas`, holds: snapshots.some((one) => one.id === id) },
      ]
    }),
    equals('snapshots that the action took in Atlas', [String(expectedSnapshots)], String(own)),
    ...checkFinalStatus(scenarioResult),
    ...checks.map(({ claim, holds }) => ({ claim, holds: holds(scenarioResult) })),
  ]
}

/** A final status in the last step's outputs has to be the one in Atlas. */
function checkFinalStatus({ runs, snapshots }: ScenarioResult): Check[] {
  const { status, 'snapshot-id': id } = runs.at(-1)?.result.outputs ?? {}
  if (status !== 'completed' && status !== 'failed') return []
  const actual = snapshots.find((snapshot) => snapshot.id === id)?.status
  return [equals('its status in Atlas', [status], String(actual))]
}

function equals(what: string, wanted: readonly string[], found: string): Check {
  const claim = `${what}: ${wanted.join(' or ')}`
  return { claim, holds: wanted.includes(found), found: found === '' ? 'nothing' : found }
}
