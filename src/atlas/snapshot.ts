import { truncateMiddle } from '../format.js'
import { asString, asStrings, isJsonObject, type JsonObject } from './json.js'

/** A cloud backup snapshot as far as this project uses it. */
export interface Snapshot {
  /** 24 lower-case hexadecimal digits. */
  readonly id: string
  /** Atlas's own word, verbatim: `queued`, `inProgress`, `completed`, `failed`, or one unknown today. */
  readonly status: string
  readonly description: string | undefined
  /** `onDemand`, `scheduled` or `fallback`. */
  readonly snapshotType: string | undefined
  /** `replicaSet` or `shardedCluster`. */
  readonly type: string | undefined
  /** ISO 8601; there only once the snapshot is completed, since only then is it the data's instant. */
  readonly createdAt: string | undefined
  /** ISO 8601. */
  readonly expiresAt: string | undefined
  readonly storageSizeBytes: number | undefined
  /** Ids of a sharded cluster's member snapshots, `undefined` where the answer lacks them. */
  readonly memberIds: readonly string[] | undefined
  /** The resource as Atlas gave it, as JSON without `links`. */
  readonly raw: string
  /** When Atlas gave it, by its own `Date`: milliseconds since 1970, `undefined` where the answer bore none. */
  readonly serverTime: number | undefined
  /** The share of the rate limit that was left then, from 0 to 1, where the answer is about this snapshot alone and says so. */
  readonly rateLimitRemaining?: number | undefined
}

/** As much of Atlas's words, or of those of whoever took a snapshot, as a message has room for. */
const MAX_TEXT_LENGTH = 200

const SNAPSHOT_ID = /^[0-9a-f]{24}$/

/**
 * Narrows a resource to a snapshot, `undefined` where it is none. Only what is used is looked at: Atlas's real
 * answers differ from its own specification (`frequencyType: "ondemand"`).
 *
 * @param serverTime when Atlas answered, in milliseconds since 1970
 */
export function parseSnapshot(value: unknown, serverTime?: number): Snapshot | undefined {
  if (!isJsonObject(value)) return undefined
  const { id, status, storageSizeBytes } = value
  if (typeof id !== 'string' || !SNAPSHOT_ID.test(id) || typeof status !== 'string' || status === '') {
    return undefined
  }
  const raw = jsonWithoutLinks(value)
  if (raw === undefined) return undefined
  return {
    id,
    status,
    description: asString(value['description']),
    snapshotType: asString(value['snapshotType']),
    type: asString(value['type']),
    createdAt: status === 'completed' ? asString(value['createdAt']) : undefined,
    expiresAt: asString(value['expiresAt']),
    storageSizeBytes: Number.isSafeInteger(storageSizeBytes) ? Number(storageSizeBytes) : undefined,
    memberIds: parseMemberIds(value),
    raw,
    serverTime,
  }
}

/** Whether Atlas is done with it; an unknown status counts as unfinished. */
export function isFinished(snapshot: Snapshot): boolean {
  return snapshot.status === 'completed' || snapshot.status === 'failed'
}

/** The id and, where it has one, the description, for messages. */
export function formatSnapshotName({ id, description }: Snapshot): string {
  return description === undefined ? id : `${id} (${truncateMiddle(description, MAX_TEXT_LENGTH)})`
}

/** The status, for messages. */
export function formatStatus({ status }: Pick<Snapshot, 'status'>): string {
  return truncateMiddle(status, MAX_TEXT_LENGTH)
}

/** `undefined` for a resource that nests too deep to be written. */
function jsonWithoutLinks(resource: JsonObject): string | undefined {
  try {
    return JSON.stringify(Object.fromEntries(Object.entries(resource).filter(([name]) => name !== 'links')))
  } catch {
    return undefined
  }
}

/** `snapshotIds` where they are there, else the ids of `members`; an empty list says nothing yet. */
function parseMemberIds(resource: JsonObject): readonly string[] | undefined {
  const snapshotIds = asStrings(resource['snapshotIds'])
  if (snapshotIds !== undefined && snapshotIds.length > 0) return snapshotIds
  const { members } = resource
  if (!Array.isArray(members) || members.length === 0) return undefined
  return asStrings(members.map((member: unknown) => (isJsonObject(member) ? member['id'] : undefined)))
}
