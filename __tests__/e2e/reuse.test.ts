import { describe, expect, it } from '@jest/globals'
import type { Atlas, OtherSnapshot } from '../../emulator/atlas.js'
import { startAtlas } from '../../script/emulated-atlas.js'
import { life, startSnapshot } from './action.js'
import { inWords, playAll, type Scenario } from './scenario.js'

const HOUR = 3_600_000
const lists = ['list 200', 'list-sharded 200']
const looked = ['list 401', ...lists]
const taken = ['create 401', 'create 200', 'get 200']

/** What somebody else took half an hour before the tests started, unless told otherwise. */
const theirs =
  (more: Partial<OtherSnapshot> = {}, clusterName = 'demo') =>
  (atlas: Atlas) =>
    void atlas.createOtherSnapshot(clusterName, {
      description: 'theirs',
      takenAt: Date.now() - HOUR / 2,
      ...more,
    })

const reusing = (more: Readonly<Record<string, string>> = {}) => ({ 'reuse-within-minutes': '60', ...more })
const reused = (age: string) =>
  expect.stringMatching(
    new RegExp(
      `^Atlas snapshot \\| Using snapshot ID \\(theirs\\), which this step did not take \\(reuse-within-minutes\\): its data is as of INSTANT, ${age} ago\\.$`,
    ),
  )

describe('a second run with reuse-within-minutes', () => {
  it.each(['true', 'false'])(
    'uses what the first one took, for one list request, with wait: %s',
    async (wait) => {
      const { atlas, url, close } = await startAtlas(life)
      try {
        const first = await startSnapshot(url, { inputs: reusing() }).result
        expect(first.outputs).toMatchObject({ status: 'completed', created: 'true' })
        const asked = atlas.requests.length
        const second = await startSnapshot(url, { inputs: reusing({ wait }) }).result

        const requests = atlas.requests.slice(asked).map(({ operation, status }) => `${operation} ${status}`)
        expect(requests).toEqual(['list 401', 'list 200'])
        expect(second.exitCode).toBe(0)
        expect(second.outputs).toEqual({
          ...first.outputs,
          created: 'false',
          'duration-seconds': '0',
        })
        expect(second.annotations.map(({ name }) => name)).toEqual(['warning', 'notice'])
        const [warning, notice] = second.annotations.map(({ data }) => inWords(data))
        expect(warning).toMatch(
          /^Using snapshot ID \(octo-org\/shop@7b1c9f0 Deploy run \d+\.1 \[as-TAG\]\), which this step did not take \(reuse-within-minutes\): its data is as of INSTANT, \d+ s ago\.$/,
        )
        expect(notice).toMatch(/^Snapshot ID is completed, .*restore point INSTANT, .*kept until INSTANT$/)
        expect(second.log[0]).toMatch(
          /^Take a snapshot, or use one whose data is at most 1 h old, of cluster demo in project /,
        )
        expect(atlas.snapshots()).toHaveLength(1)
      } finally {
        await close()
      }
    },
    60_000,
  )
})

interface Row {
  readonly name: string
  readonly scenario: Scenario
  readonly requests: readonly string[]
  readonly warnings: readonly unknown[]
}

/** A run that has to take one of its own though there are others. */
function takesItsOwn(name: string, before: (atlas: Atlas) => void, inputs = reusing()): Row {
  return {
    name: `takes its own where the other one ${name}`,
    scenario: { before, inputs },
    requests: [...looked, ...taken],
    warnings: [],
  }
}

const takers: readonly Row[] = [
  takesItsOwn('is too old', theirs({ takenAt: Date.now() - 2 * HOUR })),
  takesItsOwn('is a little too old', theirs(), reusing({ 'reuse-within-minutes': '29.9' })),
  takesItsOwn('expires too early', theirs({ retentionInDays: 6 })),
  takesItsOwn('expires too early for this step', theirs(), reusing({ 'retention-days': '8' })),
  takesItsOwn('failed', theirs({ fails: true })),
  takesItsOwn('is a scheduled one', theirs({ snapshotType: 'scheduled' })),
  takesItsOwn('is of another cluster', theirs({}, 'sharded')),
]

const users: readonly Row[] = [
  {
    name: 'uses the newest of several',
    scenario: {
      before: (atlas) => {
        theirs({ description: 'older', takenAt: Date.now() - HOUR / 3 })(atlas)
        theirs({ takenAt: Date.now() - HOUR / 6 })(atlas)
        theirs({ description: 'oldest' })(atlas)
      },
      inputs: reusing(),
    },
    requests: ['list 401', 'list 200'],
    warnings: [reused('(9 min 5\\d s|10 min( \\d s)?)')],
  },
  {
    name: 'uses one of a sharded cluster',
    scenario: { before: theirs({}, 'sharded'), inputs: reusing({ 'cluster-name': 'sharded' }) },
    requests: looked,
    warnings: [reused('(29 min 5\\d s|30 min( \\d s)?)')],
  },
  {
    name: 'uses one though the list answers only the second time',
    scenario: { before: theirs(), inputs: reusing(), faults: ['list:503'] },
    requests: ['list 401', 'list 503', 'list 200'],
    warnings: [reused('.+')],
  },
  {
    name: 'uses one that it waited for as a conflict, since it is young enough now',
    scenario: {
      atlas: { secondsToCompleted: 4 },
      before: (atlas) => void atlas.createOtherSnapshot('demo', { description: 'theirs' }),
      inputs: reusing(),
    },
    requests: [...looked, 'create 401', 'create 400', ...lists, 'get 200', ...lists],
    warnings: [reused('.+')],
  },
]

describe('reuse-within-minutes', () => {
  const played = playAll([...takers, ...users])

  it.each(takers)(
    '$name',
    async ({ name, requests, warnings }) => {
      const found = await played(name)
      expect(found.exitCode).toBe(0)
      expect(found.requests).toEqual(requests)
      expect(found.warnings).toEqual(warnings)
      expect(found.result.outputs).toMatchObject({ status: 'completed', created: 'true' })
      expect(found.taken).toBe(1)
    },
    60_000,
  )

  it.each(users)(
    '$name',
    async ({ name, requests, warnings }) => {
      const found = await played(name)
      expect(found.exitCode).toBe(0)
      expect(found.requests).toEqual(requests)
      expect(found.warnings).toEqual(warnings)
      expect(found.notices).toEqual([
        expect.stringMatching(/^Atlas snapshot \| Snapshot ID is completed, .*restore point INSTANT/),
      ])
      expect(found.result.outputs).toMatchObject({
        status: 'completed',
        created: 'false',
        description: 'theirs',
      })
      expect(found.taken).toBe(0)
    },
    60_000,
  )

  it('hands on the members of a sharded cluster', async () => {
    const { result } = await played('uses one of a sharded cluster')
    const ids: unknown = JSON.parse(result.outputs['snapshot-ids'] ?? '')
    expect(ids).toEqual(Array(3).fill(expect.stringMatching(/^[0-9a-f]{24}$/)))
  }, 60_000)
})
