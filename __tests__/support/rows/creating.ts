import { expect } from '@jest/globals'
import { demo } from '../../../emulator/config.js'
import { brief, completed, endless, queued, type Rows } from './row.js'

const backupPage = `http://127.0.0.1/v2/${demo.groupId}#/clusters/backup/demo`

/** Steps without obstacles. commit-statuses.ts has a snapshot that fails, stopping.ts one that takes too long. */
export const creating: Rows = {
  'creates a snapshot and waits until Atlas reports it completed': {
    setup: { inputs: { description: ' before deploy\n', 'retention-days': ' 3 ' } },
    outputs: {
      ...completed,
      'snapshot-id': expect.stringMatching(/^[0-9a-f]{24}$/),
      snapshot: expect.stringMatching(/"description":"\[as-[0-9a-f]{8}\] before deploy"/),
      url: backupPage,
    },
    created: 1,
  },
  'describes the snapshot by its workflow run if description is empty': {
    setup: { inputs: { wait: 'false' }, atlas: endless },
    outputs: {
      ...queued,
      snapshot: expect.stringMatching(
        /"description":"\[as-[0-9a-f]{8}\] octo-org\/shop@7b1c9f0 Deploy run 19650281743\.1"/,
      ),
    },
    created: 1,
  },
  'outputs the members of a sharded snapshot': {
    setup: { atlas: brief, inputs: { 'cluster-name': 'sharded' } },
    outputs: { ...completed, snapshot: expect.stringContaining('"members":[{') },
    created: 1,
  },
}
