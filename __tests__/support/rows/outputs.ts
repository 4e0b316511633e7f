import type { Network } from '../../../simulation/emulated-send.js'
import { type JsonObject, parseJsonObject } from '../../../src/atlas/json.js'
import { changing } from '../in-process.js'
import { brief, completed, type Rows } from './row.js'

/** A network on which every snapshot has these fields. */
function withFields(fields: JsonObject): Network {
  return changing(({ body }) => {
    const resource = parseJsonObject(body)
    return resource?.['snapshotType'] ? { body: JSON.stringify({ ...resource, ...fields }) } : {}
  })
}

/** Steps for which Atlas returns values that action.yml does not allow. */
export const outputValues: Rows = {
  'leaves each output empty that is no instant': {
    setup: { atlas: brief, network: withFields({ createdAt: 'yesterday', expiresAt: 'in a week' }) },
    outputs: { ...completed, 'created-at': '', 'expires-at': '' },
    created: 1,
  },
}
