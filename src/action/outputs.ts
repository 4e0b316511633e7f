import { backupPage, type ClusterRef } from '../atlas/address.js'
import type { SnapshotResult } from '../snapshot/obtain.js'

/** What the step hands on, as far as it is known by now. */
export type PartialResult = Partial<SnapshotResult>

/** Every output of action.yml by its name. */
export type Outputs = Readonly<Record<OutputName, string>>
type OutputName =
  | 'snapshot-id'
  | 'status'
  | 'created'
  | 'type'
  | 'snapshot-ids'
  | 'description'
  | 'created-at'
  | 'expires-at'
  | 'storage-size-bytes'
  | 'duration-seconds'
  | 'url'
  | 'snapshot'

/** The outputs' values; what is not known is empty. */
export function toOutputs(
  cluster: ClusterRef,
  { snapshot, created, snapshotIds, durationMs }: PartialResult,
): Outputs {
  const ids =
    snapshotIds ?? (snapshot === undefined || snapshot.type === 'shardedCluster' ? [] : [snapshot.id])
  return {
    'snapshot-id': snapshot?.id ?? '',
    status: snapshot?.status ?? '',
    created: created === undefined ? '' : String(created),
    type: snapshot?.type ?? '',
    'snapshot-ids': JSON.stringify(ids),
    description: snapshot?.description ?? '',
    'created-at': snapshot?.createdAt ?? '',
    'expires-at': snapshot?.expiresAt ?? '',
    'storage-size-bytes': snapshot?.storageSizeBytes === undefined ? '' : String(snapshot.storageSizeBytes),
    'duration-seconds': snapshot === undefined ? '' : String(Math.round((durationMs ?? 0) / 1000)),
    url: backupPage(cluster),
    snapshot: snapshot?.raw ?? '',
  }
}
