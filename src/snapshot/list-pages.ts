import { ActionError } from '../action-error.js'
import type { SnapshotPage } from '../atlas/client.js'
import { AtlasError, couldNot, means } from '../atlas/errors.js'
import type { Snapshot, SnapshotForm } from '../atlas/snapshot.js'
import { TITLES } from '../titles.js'
import type { Context } from './context.js'

/** The entries of one list. */
interface Entries {
  readonly snapshots: readonly Snapshot[]
  /** Whether it has entries, even invalid ones. */
  readonly hasEntries: boolean
  /** Why it does not exist (`rejected`), or is not complete (`incomplete`). */
  readonly error: AtlasError | undefined
}

export interface ListOptions {
  /** Called as soon as any entry shows this tag, even a part, an invalid entry, or one in a list that is never complete. */
  readonly tag?: string
  readonly onTag?: () => void
}

/** Much more than any cluster has. Without a limit, a list could fill the runner's memory. */
const MAX_ENTRIES = 20_000
const PURPOSE = 'list the snapshots of the cluster'

/** Atlas responds with these statuses if the cluster has no such list, or no such page. */
const NOT_THERE_STATUSES: readonly number[] = [400, 404]

/** The plain or the sharded list of a cluster. If it cannot be read completely, it is never taken for an empty one. */
export class SnapshotList {
  readonly #form: SnapshotForm
  readonly #context: Context
  readonly #options: ListOptions
  /** Whether it has responded in this step, so it exists. */
  #hasResponded = false

  constructor(form: SnapshotForm, context: Context, options: ListOptions = {}) {
    this.#form = form
    this.#context = context
    this.#options = options
  }

  /**
   * Reads all pages.
   *
   * @throws ActionError if it is too large, or AtlasError for a failed request
   */
  async read(signal: AbortSignal): Promise<Entries> {
    const entries = new Map<string, Snapshot | undefined>()
    let error: AtlasError | undefined
    try {
      await this.#readPages(entries, signal)
    } catch (thrown) {
      if (means(thrown, 'incomplete')) error = thrown
      else if (!isNotThere(thrown)) throw thrown
      else error = this.#hasResponded ? listUnreadableError('a list that existed was rejected') : thrown
    }
    const snapshots = [...entries.values()].filter((snapshot) => snapshot !== undefined)
    return { snapshots, hasEntries: entries.size > 0, error }
  }

  /**
   * Adds the entries of all pages, by ID. Invalid entries are added by their text. Without a count, a page that adds
   * nothing is the last one.
   *
   * @throws AtlasError `incomplete` if the count changes between pages, or is larger than the number of entries
   */
  async #readPages(entries: Map<string, Snapshot | undefined>, signal: AbortSignal): Promise<void> {
    let count: number | undefined
    for (let page = 1; ; page++) {
      const result = await this.#readPage(page, signal)
      const { snapshots = [], invalidEntries = [], totalCount = count } = result ?? {}
      this.#hasResponded = true
      if (page > 1 && result !== undefined && result.totalCount !== count) throw listChangedError()
      count = totalCount
      const before = entries.size
      for (const snapshot of snapshots) entries.set(snapshot.id, snapshot)
      // Two entries on a page can be equal.
      for (const [place, text] of invalidEntries.entries()) entries.set(`${place} ${text}`, undefined)
      if (Math.max(entries.size, count ?? 0) > MAX_ENTRIES) throw listTooLargeError()
      if (count === undefined ? entries.size === before : entries.size >= count) return
      if (entries.size === before)
        throw listUnreadableError(`the pages contain only ${entries.size} of ${count} snapshots`)
    }
  }

  /**
   * Reads a page, and searches it for the tag.
   *
   * @returns `undefined` if there is no such page. The specification of the sharded list has only one.
   */
  async #readPage(page: number, signal: AbortSignal): Promise<SnapshotPage | undefined> {
    const { tag, onTag } = this.#options
    try {
      const result = await this.#context.client.listSnapshots(this.#form, page, signal)
      const texts = [...result.snapshots.map(({ description = '' }) => description), ...result.invalidEntries]
      if (tag !== undefined && texts.some((text) => text.includes(tag))) onTag?.()
      return result
    } catch (error) {
      if (page > 1 && isNotThere(error)) return undefined
      throw error
    }
  }
}

function isNotThere(thrown: unknown): thrown is AtlasError {
  return thrown instanceof AtlasError && NOT_THERE_STATUSES.includes(thrown.response?.status ?? 0)
}

function listTooLargeError(): ActionError {
  return new ActionError({
    title: TITLES.listTooLarge,
    message: couldNot(PURPOSE, `the list has more than ${MAX_ENTRIES} entries`),
    remedy:
      "Keep fewer snapshots in the cluster's backup policy. If there are fewer already, check the base-url input.",
  })
}

function listChangedError(): AtlasError {
  return new AtlasError('incomplete', {
    title: TITLES.listKeepsChanging,
    message: couldNot(PURPOSE, 'the list changed between two pages'),
    remedy: 'Wait until fewer snapshots of the cluster are created and deleted.',
  })
}

/** @param reason a clause: `a list that existed was rejected` */
function listUnreadableError(reason: string): AtlasError {
  return new AtlasError('incomplete', {
    title: TITLES.listUnreadable,
    message: couldNot(PURPOSE, reason),
    remedy: 'Check the base-url input and any proxies between the runner and Atlas.',
  })
}
