import { describe, expect, it } from '@jest/globals'
import type { Atlas } from '../../emulator/atlas.js'
import { attaching, playAll, type Scenario } from './scenario.js'

type Text = string | ReturnType<typeof expect.stringMatching>

interface Row {
  readonly name: string
  readonly scenario: Scenario
  readonly notices: readonly Text[]
  readonly warnings: readonly Text[]
}

/** Somebody else's, taken so many seconds before the action starts. */
const theirs =
  (secondsAgo = 0) =>
  (atlas: Atlas) =>
    void atlas.createOtherSnapshot('demo', {
      description: 'theirs',
      takenAt: atlas.now() - secondsAgo * 1000,
    })

const completed = expect.stringMatching(
  /^Atlas snapshot \| Snapshot ID is completed, (after \S+ s, )?restore point INSTANT, 1\.47 GiB, kept until INSTANT$/,
)
const older =
  'Atlas snapshot | The data of snapshot ID is as of INSTANT, which is before this step (snapshot-id): what was written since is not in it.'
const ahead = (status: string) =>
  `Atlas snapshot | Snapshot ID is ${status}, not completed: the instant whose data it will hold may still lie ahead, and writes before that instant will be in it. Set wait to true before a deployment that changes data.`

const rows: readonly Row[] = [
  {
    name: 'a notice with id and restore point, where the snapshot is completed',
    scenario: {},
    notices: [completed],
    warnings: [],
  },
  {
    name: 'a notice that the point in time may lie ahead, without wait',
    scenario: { inputs: { wait: 'false' } },
    notices: [ahead('queued')],
    warnings: [],
  },
  {
    name: 'a warning that the data may be older, with on-conflict: reuse',
    scenario: {
      before: theirs(),
      atlas: { secondsToInProgress: 3, secondsToCompleted: 4 },
      inputs: { 'on-conflict': 'reuse' },
    },
    notices: [completed],
    warnings: [
      'Atlas snapshot | Using snapshot ID (theirs), queued, which this step did not take (on-conflict: reuse): its data may be older than this step, and it is kept until INSTANT.',
    ],
  },
  {
    name: 'a warning that the data is older, with snapshot-id of a completed one',
    scenario: { before: theirs(600), inputsFrom: attaching },
    notices: [completed],
    warnings: [older],
  },
  {
    name: 'the same without wait',
    scenario: { before: theirs(600), inputsFrom: attaching, inputs: { wait: 'false' } },
    notices: [completed],
    warnings: [older],
  },
  {
    name: 'a warning that the data is older, with snapshot-id of one that is past that point',
    scenario: {
      // The disk snapshot is made at the start, and ends seconds later.
      atlas: { createdAtFraction: 0, secondsToInProgress: 0, secondsToCompleted: 5 },
      before: theirs(2),
      inputsFrom: attaching,
    },
    notices: [completed],
    warnings: [older],
  },
  {
    name: 'no warning with snapshot-id of one whose data is as of an instant after this step began',
    scenario: {
      atlas: { createdAtFraction: 1, secondsToInProgress: 0, secondsToCompleted: 4 },
      before: theirs(),
      inputsFrom: attaching,
    },
    notices: [completed],
    warnings: [],
  },
  {
    name: 'a notice for one that is attached to without wait, while it is under way',
    scenario: {
      atlas: { secondsToInProgress: 1000, secondsToCompleted: 2000 },
      before: theirs(),
      inputsFrom: attaching,
      inputs: { wait: 'false' },
    },
    notices: [ahead('queued')],
    warnings: [],
  },
]

describe('beside its log, a step that succeeds has', () => {
  const played = playAll(rows)

  it.each(rows)(
    '$name',
    async ({ name, notices, warnings }) => {
      const found = await played(name)
      expect(found.errors).toEqual([])
      expect(found.exitCode).toBe(0)
      expect(found.notices).toEqual(notices)
      expect(found.warnings).toEqual(warnings)
      expect(found.log.at(-1)).toMatch(/^See it in Atlas: http:\/\/atlas\/v2\//)
    },
    60_000,
  )

  it('the id of the very snapshot in its notice', async () => {
    const { result } = await played(rows[0]?.name ?? '')
    const [notice] = result.annotations
    expect(notice?.data).toContain(`Snapshot ${result.outputs['snapshot-id']} is completed`)
    expect(notice?.data).toContain(`restore point ${result.outputs['created-at']}`)
  }, 60_000)
})

describe('a step that fails', () => {
  const fails = playAll([{ name: 'failed', scenario: { atlas: { failSnapshots: true } } }])

  it('has one error, and nothing beside it', async () => {
    const { result } = await fails('failed')
    expect(result.annotations.map(({ name }) => name)).toEqual(['error'])
  }, 60_000)
})
