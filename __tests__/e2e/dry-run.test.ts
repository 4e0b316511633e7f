import { expect, it } from '@jest/globals'
import { play } from '../support/play-bundle.js'
import { lists, noSnapshot } from '../support/scenarios/row.js'

it('a dry run reads the cluster and its snapshots and creates nothing', async () => {
  const run = await play({ inputs: { 'dry-run': 'true' } })
  expect(run).toMatchObject({ exitCode: 0, errors: [], warnings: [], created: 0 })
  expect(run.requests).toEqual(['cluster 401', 'cluster 200', ...lists])
  expect(run.result).toMatchObject({ outputs: noSnapshot, stderr: '' })
})
