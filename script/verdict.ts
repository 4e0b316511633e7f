import type { Scenario, Story } from './scenario.js'

/** Something that has to be so, and whether it is. */
export interface Check {
  readonly claim: string
  readonly holds: boolean
  /** What was found in place of it. */
  readonly found?: string
}

/** Holds a story against what its scenario asks for, and against the truth in Atlas. */
export function judge({ ends, taken, proofs = [] }: Scenario, story: Story): Check[] {
  const { runs, snapshots } = story
  const own = snapshots.filter(({ takenBy }) => takenBy === 'request').length
  return [
    ...ends.flatMap((end, index) => {
      const result = runs[index]?.result
      const { status = '', created = '', 'snapshot-id': id = '' } = result?.outputs ?? {}
      const run = ends.length > 1 ? `run ${index + 1}: ` : ''
      return [
        equals(`${run}exit code`, [String(end.exitCode)], String(result?.exitCode ?? result?.signal)),
        equals(`${run}status`, end.status, status),
        equals(`${run}created`, [String(end.created)], created),
        { claim: `${run}the snapshot of that id is in Atlas`, holds: snapshots.some((one) => one.id === id) },
      ]
    }),
    equals('snapshots that the action took, by the truth in Atlas', [String(taken)], String(own)),
    ...statusOfTruth(story),
    ...proofs.map(({ claim, holds }) => ({ claim, holds: holds(story) })),
  ]
}

/** What is final by the last step's outputs has to be so in Atlas. */
function statusOfTruth({ runs, snapshots }: Story): Check[] {
  const { status, 'snapshot-id': id } = runs.at(-1)?.result.outputs ?? {}
  if (status !== 'completed' && status !== 'failed') return []
  const truth = snapshots.find((snapshot) => snapshot.id === id)?.status
  return [equals('its status in Atlas', [status], String(truth))]
}

function equals(what: string, wanted: readonly string[], found: string): Check {
  const claim = `${what}: ${wanted.join(' or ')}`
  return { claim, holds: wanted.includes(found), found: found === '' ? 'nothing' : found }
}
