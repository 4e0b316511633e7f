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
  'no other snapshot is used in doubt': {
    'reuses a recent snapshot in doubt': {
      file: 'snapshot/create',
      code: 'isInDoubt ? undefined : findReusable',
      becomes: 'findReusable',
    },
    'uses the cause of a conflict in doubt': {
      file: 'snapshot/create',
      code: "'reuse' && !isInDoubt",
      becomes: "'reuse'",
    },
  },
  'after a conflict, no POST while the list shows a snapshot in progress, or might hide one': {
    'takes a snapshot with an unknown status for finished': {
      file: 'atlas/snapshot',
      code: "=== 'onDemand' && !isFinished(snapshot)",
      becomes: "=== 'onDemand' && ['queued', 'inProgress'].includes(snapshot.status)",
    },
    'continues after a conflict in doubt that no list explains': {
      file: 'snapshot/create',
      code: 'isInDoubt && !hasListedBlocking',
      becomes: 'false',
    },
    'does not wait until the other snapshot has finished': {
      file: 'snapshot/create',
      code: "await waitForOther(new TrackedSnapshot(other, 'found', context, reads), context)",
      becomes: 'return undefined',
    },
  },
  'no POST after an untrusted response': {
    'repeats a POST after any error': {
      file: 'snapshot/retry',
      code: 'retries.next(error, POST)',
      becomes: 'retries.next(error, { ...POST, [error.meaning]: OUTAGE_MS })',
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
      code: 'isLast : read >= count',
      becomes: 'isLast : true',
    },
    'searches only once after a POST that might have been executed': {
      file: 'snapshot/retry',
      code: '[now, now + LIST_DELAY_MS]',
      becomes: '[now]',
    },
    'repeats a POST that was not executed without a look at the list': {
      file: 'snapshot/create',
      code: 'for (const at of times)',
      becomes: 'for (const at of result.mayHaveExecuted ? times : [])',
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
      file: 'snapshot/create',
      code: 'await sleep(clock, delayMs, deadline.signal);\n                const snapshots',
      becomes: 'await sleep(clock, delayMs);\n                const snapshots',
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
      code: 'return untilLastReadMs > 0',
      becomes: 'return false',
    },
  },
  'a step that its deadline or a cancellation ends says so': {
    'takes the deadline for a Retry-After that is too long': {
      file: 'snapshot/retry',
      code: 'deadline.signal.aborted ||',
      becomes: '',
    },
  },
  'a failure reports the snapshot that exists or might exist': {
    'reports that no snapshot was created although a POST might have been executed': {
      file: 'snapshot/create',
      code: 'stateWithoutSnapshot(tag, isInDoubt)',
      becomes: 'stateWithoutSnapshot(tag, false)',
    },
    "believes a gateway's page that rejects a POST": {
      file: 'atlas/meanings',
      code: "MAYBE_EXECUTED = ['unknown', 'notAtlas', 'untrusted']",
      becomes: "MAYBE_EXECUTED = ['unknown', 'untrusted']",
    },
  },
  "another snapshot is not the step's own": {
    'takes its own snapshot for the cause of a conflict': {
      file: 'snapshot/create',
      code: 'const usable = findUsable(snapshots)',
      becomes: 'const usable = undefined',
    },
  },
}
