/** A change of the compiled code, which the simulation must notice. */
export interface PlantedBug {
  /** Below `src`, without `.js`. */
  readonly file: string
  readonly code: string
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
      code: "if (type === 'replicaSet')",
      becomes: 'if (true)',
    },
    'accepts a failed snapshot without wait': {
      file: 'snapshot/obtain',
      code: 'tracked.assertNotFailed();',
      becomes: '',
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
      code: "=== 'onDemand' && !isFinished(snapshot)",
      becomes: "=== 'onDemand' && ['queued', 'inProgress'].includes(snapshot.status)",
    },
    "does not expect that the list hides the step's own snapshot": {
      file: 'snapshot/create',
      code: 'mightExist && !hasListed',
      becomes: 'false',
    },
    'expects it for a minute': {
      file: 'snapshot/create',
      code: 'MAX_HIDDEN_MS = 600_000',
      becomes: 'MAX_HIDDEN_MS = 60_000',
    },
    'does not wait until the other snapshot has finished': {
      file: 'snapshot/create',
      code: 'if (waitMs <= 0)\n',
      becomes: 'if (true)',
    },
  },
  'no POST after an untrusted response': {
    'repeats a POST after any error': {
      file: 'snapshot/retry',
      code: 'retries.next(error, POST_POLICY)',
      becomes: 'retries.next(error, { ...POST_POLICY, [error.meaning]: OUTAGE_MS })',
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
      code: 'isLast : found.size + invalid >= count',
      becomes: 'isLast : true',
    },
    'reads the list at once after a POST that might have been executed': {
      file: 'snapshot/retry',
      code: 'mayHaveExecuted ? Math.max(next, LIST_DELAY_MS) : next',
      becomes: 'next',
    },
    'repeats a POST that was not executed without a look at the list': {
      file: 'snapshot/create',
      code: 'findUsable(await list(READ_AFTER_POST))',
      becomes: "means(result, 'throttled') ? undefined : findUsable(await list(READ_AFTER_POST))",
    },
  },
  'no POST or list starts after the last read': {
    'sends a POST after it': {
      file: 'snapshot/create',
      code: "await stopIfTooLate(context);\n            logger.info('Requesting",
      becomes: "logger.info('Requesting",
    },
    'sends the first POST after it': {
      file: 'snapshot/create',
      code: 'return recent;\n            await stopIfTooLate(context);',
      becomes: 'return recent;',
    },
    'reads the list after it': {
      file: 'snapshot/retry',
      code: 'await stopIfTooLate(context);\n    await sleep(context.clock, untilLastRead(delayMs, context)',
      becomes: 'await sleep(context.clock, delayMs',
    },
  },
  'no request after the end': {
    'checks the status once more': {
      file: 'snapshot/obtain',
      code: 'return tracked.observed;',
      becomes: `const { id } = tracked.snapshot
        context.clock.setTimeout(4_500, () => context.client.getSnapshot(id, cancel).catch(() => {}))
        return tracked.observed`,
    },
  },
  'a step ends within 6 s after its timeout or cancellation': {
    'ignores the deadline while it waits for the next read of the list': {
      file: 'snapshot/retry',
      code: 'untilLastRead(delayMs, context), context.deadline.signal)',
      becomes: 'untilLastRead(delayMs, context))',
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
      code: 'UNTIL_DEADLINE = Number.POSITIVE_INFINITY',
      becomes: 'UNTIL_DEADLINE = 60_000',
    },
    'ends a wait after one rejection': {
      file: 'snapshot/retry',
      code: 'notAtlas: UNTIL_DEADLINE,\n    rejected: REJECTION_MS',
      becomes: 'notAtlas: UNTIL_DEADLINE',
    },
    'does not check the status once more before the deadline': {
      file: 'snapshot/retry',
      code: 'Math.min(delayMs, deadline.lastReadAt - clock.now())',
      becomes: 'delayMs',
    },
  },
  'a step that its deadline or a cancellation ends says so': {
    'takes the deadline for a Retry-After that is too long': {
      file: 'snapshot/retry',
      code: 'deadline.signal.throwIfAborted();\n    if (typeof next',
      becomes: 'if (typeof next',
    },
  },
  'a failure reports the snapshot that exists or might exist': {
    'reports that no snapshot was created although a POST might have been executed': {
      file: 'snapshot/create',
      code: 'mightExist ? reports.describeDoubt(tag)',
      becomes: 'false ? reports.describeDoubt(tag)',
    },
    "believes a gateway's page that rejects a POST": {
      file: 'atlas/error-response',
      code: "MAYBE_EXECUTED = ['unknown', 'notAtlas', 'untrusted']",
      becomes: "MAYBE_EXECUTED = ['unknown', 'untrusted']",
    },
  },
}
