import { describe, expect, it } from '@jest/globals'
import { TITLES } from '../../src/titles.js'
import { life, startSnapshot } from '../support/bundle.js'
import { play } from '../support/play-bundle.js'
import { mentioning } from '../support/played.js'
import { listsAndCluster, reused } from '../support/scenarios/row.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

describe('the bundle', () => {
  it('names all invalid inputs before any request', async () => {
    const found = await play({
      inputs: { 'group-id': 'not an id', 'private-key': 'a-secret\u0007value', wait: '' },
    })
    expect(found.errors).toStrictEqual(
      ['group-id', 'private-key', 'wait'].map((name) => mentioning(`${TITLES.invalidInput}: ${name} | `)),
    )
    expect(found.exitCode).toBe(1)
    expect(found.requests).toStrictEqual([])
  })
})

describe('an existing snapshot', () => {
  it('can be waited for with snapshot-id and then reused with reuse-within-minutes', async () => {
    const { atlas, url, close } = await startSteppedAtlas(life)
    const run = (inputs: Readonly<Record<string, string>>) => startSnapshot(url, { inputs }).result
    try {
      const early = await run({ wait: 'false' })
      expect(early.annotations).toStrictEqual([expect.objectContaining({ name: 'notice' })])
      const id = early.outputs['snapshot-id'] ?? ''
      const waited = await run({ 'snapshot-id': id.toUpperCase() })
      expect(waited.outputs).toMatchObject({ ...reused, 'snapshot-id': id })
      expect(waited.annotations.map(({ name }) => name)).toStrictEqual(['notice'])
      const before = atlas.requests.length
      const used = await run({ 'reuse-within-minutes': '60' })
      expect(used.outputs).toStrictEqual({ ...waited.outputs, 'duration-seconds': '0' })
      expect(used.annotations.map(({ name }) => name)).toStrictEqual(['warning', 'notice'])
      const requests = atlas.requests.slice(before).map(({ operation, status }) => `${operation} ${status}`)
      expect(requests).toStrictEqual(['list 401', ...listsAndCluster, 'get 200'])
      expect([waited.exitCode, used.exitCode]).toStrictEqual([0, 0])
      expect(atlas.snapshots()).toHaveLength(1)
    } finally {
      await close()
    }
  })
})
