/** A change of a compiled file, which the simulation must notice. */
export interface PlantedBug {
  /** Below `src`, without `.js`. */
  readonly file: string
  /** Replaced by `becomes`. Without it, `becomes` is added at the end of the file, whose functions it can replace by name. */
  readonly code?: string
  readonly becomes: string
}

/** By invariant, at least one bug, by what the code does then. */
export const plantedBugs: Readonly<Record<string, Readonly<Record<string, PlantedBug>>>> = {
  'a step creates at most one snapshot': {
    'does not search the list for its own snapshot': {
      file: 'snapshot/create',
      code: 'snapshots.filter((one) => isOwn(one, tag))',
      becomes: '[]',
    },
  },
  'success means that the snapshot exists and, with wait, is completed': {
    'believes the plain form of a sharded snapshot': {
      file: 'snapshot/read',
      becomes: 'readSnapshot = (id, { client }, signal) => client.getSnapshot(id, signal)',
    },
    'accepts a failed snapshot without wait': {
      file: 'snapshot/polling',
      code: "if (snapshot.status === 'failed')",
      becomes: 'if (false)',
    },
  },
  'created is true if and only if this step created the snapshot': {
    'does not check the snapshot in the response to the POST': {
      file: 'snapshot/create',
      code: 'if (!isOwn(snapshot, tag))',
      becomes: 'if (false)',
    },
  },
  'after a conflict, no POST while the list shows a snapshot in progress, or might hide one': {
    'takes a snapshot with an unknown status for finished': {
      file: 'atlas/snapshot',
      becomes: `isBlocking = ({ snapshotType, status }) =>
        snapshotType === 'onDemand' && ['queued', 'inProgress'].includes(status)`,
    },
    "does not expect that the list hides the step's own snapshot": {
      file: 'snapshot/create',
      code: 'mightExist = mightBeHidden = true',
      becomes: 'mightExist = true',
    },
    'takes an unknown status for a proof that the list hides nothing': {
      file: 'atlas/snapshot',
      becomes: 'isSurelyBlocking = isBlocking',
    },
    'expects it for a minute': {
      file: 'snapshot/create',
      code: 'MAX_HIDDEN_MS = 600_000',
      becomes: 'MAX_HIDDEN_MS = 60_000',
    },
    'does not wait until the other snapshot has finished': {
      file: 'snapshot/create',
      code: 'await deadline.sleep(intervalMs())',
      becomes: 'return undefined',
    },
  },
  'no POST after an untrusted response': {
    'repeats a POST after any error': {
      file: 'snapshot/retry',
      becomes: 'Object.assign(POST, { rejected: OUTAGE_MS, notAtlas: OUTAGE_MS, untrusted: OUTAGE_MS })',
    },
  },
  'the list is read before every further POST, and to reuse before the first': {
    'does not read the list for a recent snapshot before the first POST': {
      file: 'snapshot/create',
      code: 'if (options.reuseWithinMs !== undefined)',
      becomes: 'if (false)',
    },
    'takes a list for whole after its first page': {
      file: 'snapshot/list',
      code: 'isLast : found.size >= count',
      becomes: 'isLast : true',
    },
    'ignores an entry of a list that is not a snapshot': {
      file: 'snapshot/list',
      code: "if (typeof entry === 'string')",
      becomes: "if (typeof entry === 'string' && found.set(position, {})) continue; else if (false)",
    },
    'believes a list from a cache': {
      file: 'atlas/client',
      code: 'age > MAX_AGE_S',
      becomes: 'false',
    },
    'reads the list at once after a POST that might have been executed': {
      file: 'snapshot/create',
      code: 'error.mayHaveExecuted ? LIST_DELAY_MS : 0',
      becomes: 'false ? LIST_DELAY_MS : 0',
    },
    'repeats a POST that was not executed without a look at the list': {
      file: 'snapshot/create',
      code: 'findUsable(await list(policy))',
      becomes: "result.meaning === 'throttled' ? undefined : findUsable(await list(policy))",
    },
  },
  'no POST or list starts after the last read': {
    'sends a POST after it': {
      file: 'snapshot/create',
      code: "await deadline.waitForEndIfTooLate();\n            logger.info('Requesting",
      becomes: "logger.info('Requesting",
    },
    'sends the first POST after it': {
      file: 'snapshot/create',
      code: 'return recent;\n            await deadline.waitForEndIfTooLate();',
      becomes: 'return recent;',
    },
    'reads the list after it': {
      file: 'snapshot/deadline',
      code: 'await this.waitForEndIfTooLate();\n        await sleep(this.#clock, this.cutDelay(delayMs)',
      becomes: 'await sleep(this.#clock, delayMs',
    },
  },
  'no request after the end': {
    'checks the status once more': {
      file: 'snapshot/polling',
      becomes: `const original = follow
        follow = async (acquired, context) => {
          const { id } = acquired.snapshot
          const { signal } = new AbortController()
          const readAgain = () => context.client.getSnapshot(id, signal).catch(() => {})
          return original(acquired, context).finally(() => context.clock.setTimeout(4_500, readAgain))
        }`,
    },
  },
  'a step ends within 6 s after its timeout or cancellation': {
    'ignores the deadline while it waits for the next read of the list': {
      file: 'snapshot/deadline',
      code: 'this.cutDelay(delayMs), this.signal)',
      becomes: 'this.cutDelay(delayMs))',
    },
    'succeeds although it was canceled': {
      file: 'snapshot/deadline',
      code: 'AbortSignal.any([cancel, timeout.signal])',
      becomes: 'timeout.signal',
    },
  },
  'a step of a progress run succeeds': {
    'ends a wait after an outage of a minute': {
      file: 'snapshot/retry',
      becomes: 'Object.assign(READ_WHILE_WAITING, { notExecuted: 60_000, unknown: 60_000 })',
    },
    'ends a wait after one rejection': {
      file: 'snapshot/retry',
      becomes: 'delete READ_WHILE_WAITING.rejected',
    },
    'does not check the status once more before the deadline': {
      file: 'snapshot/deadline',
      becomes: 'Deadline.prototype.cutDelay = (delayMs) => delayMs',
    },
  },
  'a step that its deadline or a cancellation ends says so': {
    'reports the last failed request instead': {
      file: 'snapshot/reports',
      becomes: 'stoppedError = (reason, phase, lastError = reason) => lastError',
    },
  },
  'a failure reports the snapshot that exists or might exist': {
    'reports that no snapshot was created although a POST might have been executed': {
      file: 'snapshot/reports',
      becomes: 'describeDoubt = () => NOTHING_CREATED',
    },
    "believes a gateway's page that rejects a POST": {
      file: 'atlas/errors',
      becomes: 'MAY_HAVE_EXECUTED.notAtlas = false',
    },
  },
}
