import type { JsonObject } from '../../../src/atlas/json.js'
import { isJsonObject, parseJson } from '../../../src/atlas/json.js'
import type { Network } from '../in-process.js'
import { brief, completed, type Row } from './row.js'

/** A network on which every snapshot has these fields. */
function withFields(fields: JsonObject): Network {
  return (send) => async (request, signal) => {
    const response = await send(request, signal)
    const resource = parseJson(response.body)
    const isSnapshot = isJsonObject(resource) && typeof resource['snapshotType'] === 'string'
    return isSnapshot ? { ...response, body: JSON.stringify({ ...resource, ...fields }) } : response
  }
}

/** Steps for which Atlas returns values that action.yml does not allow. */
export const outputValues: readonly Row[] = [
  {
    name: 'leaves the output of each time that is not ISO 8601 empty and warns once',
    scenario: { atlas: brief, network: withFields({ createdAt: 'yesterday', expiresAt: 'in a week' }) },
    warnings: [
      ['expires-at', 'in a week', 'ISO 8601'],
      ['created-at', 'yesterday', 'ISO 8601'],
    ],
    outputs: { ...completed, 'created-at': '', 'expires-at': '', type: 'replicaSet' },
    created: 1,
  },
  {
    name: 'leaves type empty for an unknown cluster type and warns once',
    scenario: { atlas: brief, network: withFields({ type: 'geoSharded' }) },
    warnings: [['type', 'geoSharded', 'replicaSet', 'shardedCluster']],
    outputs: { ...completed, type: '' },
    created: 1,
  },
  {
    name: 'leaves snapshot-ids empty if they are not IDs and warns once',
    scenario: {
      atlas: brief,
      inputs: { 'cluster-name': 'sharded' },
      network: withFields({ members: undefined, snapshotIds: ['rs-0', 'rs-1'] }),
    },
    warnings: [['snapshot-ids', 'rs-0', '24']],
    outputs: { ...completed, type: 'shardedCluster', 'snapshot-ids': '[]' },
    created: 1,
  },
  {
    name: 'leaves snapshot empty if it is larger than 512 KiB and warns once',
    scenario: { atlas: brief, network: withFields({ policyItems: 'x'.repeat(600 * 1024) }) },
    warnings: [['snapshot', '512 KiB']],
    outputs: { ...completed, snapshot: '', type: 'replicaSet' },
    created: 1,
  },
]
