import { describe, expect, it } from '@jest/globals'
import { startAtlas } from '../../script/emulated-atlas.js'
import { life, startSnapshot } from './action.js'
import { play } from './scenario.js'

describe('snapshot-id', () => {
  it('takes nothing, and waits for a snapshot that an earlier step took', async () => {
    const { atlas, url, close } = await startAtlas(life)
    const early = await startSnapshot(url, { inputs: { wait: 'false' } }).result
    const id = early.outputs['snapshot-id'] ?? ''
    const late = await startSnapshot(url, { inputs: { 'snapshot-id': id.toUpperCase() } }).result
    await close()

    expect(late.exitCode).toBe(0)
    expect(late.log[0]).toMatch(new RegExp(`^Attach to snapshot ${id} of cluster demo in project `))
    expect(late.outputs).toMatchObject({ 'snapshot-id': id, status: 'completed', created: 'false' })
    expect(atlas.snapshots()).toHaveLength(1)
  }, 60_000)

  it('fails at once for one that Atlas does not know', async () => {
    const found = await play({ inputs: { 'snapshot-id': '1'.repeat(24) } })
    expect(found.errors).toEqual([
      expect.stringMatching(
        /^Snapshot not found \| Reading snapshot 1{24} was refused \(HTTP 404 Not Found, SNAPSHOT_NOT_FOUND: /,
      ),
    ])
    expect(found.requests).toEqual(['get 401', 'get 404'])
    expect(found.exitCode).toBe(1)
  }, 60_000)
})
