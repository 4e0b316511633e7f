import { asInteger, asString, isJsonObject, type JsonObject } from '../json.js'
import type { ClusterKind } from './cluster.js'
import { ParseError } from './errors.js'

/** The properties of a Cloud Backup snapshot that this project uses. */
export interface Snapshot {
  /** 24 lowercase hexadecimal digits. */
  readonly id: string
  /** As Atlas sent it, unless `withoutCompletion` replaced it: `queued`, `inProgress`, `completed`, `failed`, or an unknown value. */
  readonly status: string
  readonly description: string | undefined
  /** `onDemand`, `scheduled` or `fallback`. */
  readonly snapshotType: string | undefined
  readonly type: ClusterKind | undefined
  /** ISO 8601 with a time zone. `undefined` until it is completed, because a restore point is no proof of an end. */
  readonly createdAt: string | undefined
  /** ISO 8601 with a time zone. */
  readonly expiresAt: string | undefined
  readonly storageSizeBytes: number | undefined
  /** When Atlas sent it, by the `Date` header: milliseconds since 1970, `undefined` without that header. */
  readonly serverTime: number | undefined
  /** The resource as Atlas sent it. */
  readonly resource: JsonObject
}

const TYPES: readonly ClusterKind[] = ['replicaSet', 'shardedCluster']
const SNAPSHOT_ID = /^[0-9a-f]{24}$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/**
 * Parses a snapshot. It checks only the properties that are used, because Atlas's responses differ from the specification
 * (`frequencyType: "ondemand"`).
 *
 * @param context the type of a snapshot without one, and when Atlas sent it
 * @throws ParseError for any other value
 */
export function parseSnapshot(
  value: unknown,
  { type, serverTime }: { type?: ClusterKind | undefined; serverTime?: number | undefined } = {},
): Snapshot {
  if (!isJsonObject(value)) throw new ParseError('the snapshot is not a JSON object')
  const { id, status, storageSizeBytes } = value
  if (typeof id !== 'string' || !SNAPSHOT_ID.test(id))
    throw new ParseError('the snapshot ID is not 24 lowercase hexadecimal digits')
  if (typeof status !== 'string' || status === '') throw new ParseError('the snapshot has no status')
  return {
    id,
    status,
    description: asString(value['description']),
    snapshotType: asString(value['snapshotType']),
    type: TYPES.find((name) => name === value['type']) ?? type,
    createdAt: status === 'completed' ? parseInstant(value['createdAt']) : undefined,
    expiresAt: parseInstant(value['expiresAt']),
    storageSizeBytes: asInteger(storageSizeBytes),
    serverTime,
    resource: value,
  }
}

/** Whether it is completed or failed. An unknown status counts as in progress. */
export function isFinished({ status }: Pick<Snapshot, 'status'>): boolean {
  return status === 'completed' || status === 'failed'
}

export function isCompleted({ status }: Pick<Snapshot, 'status'>): boolean {
  return status === 'completed'
}

/** In progress if `completed` proves nothing: in a response to a POST, or only in the plain form of a sharded snapshot. */
export function withoutCompletion(snapshot: Snapshot): Snapshot {
  return isCompleted(snapshot) ? { ...snapshot, status: 'inProgress', createdAt: undefined } : snapshot
}

/** Whether Atlas rejects another on-demand snapshot because of it (`UNFINISHED_ON_DEMAND_SNAPSHOT`). */
export function isBlocking({ snapshotType, status }: Snapshot): boolean {
  return snapshotType === 'onDemand' && (status === 'queued' || status === 'inProgress')
}

/** The snapshot, for messages: `ID (status: queued, description: nightly)`. */
export function formatSnapshot({ id, status, description }: Snapshot): string {
  return `${id} (status: ${status}${description === undefined ? '' : `, description: ${description}`})`
}

/**
 * The resource as JSON without `links`. It must not say `completed` if `status` does not. A step can print it, and the runner
 * reads `##[` as a command anywhere in a line.
 */
export function toJson({ resource, status, createdAt }: Snapshot): string {
  const { links: _, ...withoutLinks } = resource
  return JSON.stringify({ ...withoutLinks, status, createdAt }).replaceAll('##[', '\\u0023#[')
}

/** Without a time zone, JavaScript would use that of the runner. */
function parseInstant(value: unknown): string | undefined {
  const isInstant = typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value))
  return isInstant ? value : undefined
}
