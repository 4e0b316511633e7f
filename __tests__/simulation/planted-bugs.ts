/** A change of the compiled code, which the simulation must notice. */
export interface PlantedBug {
  /** Below `src`, without `.js`. */
  readonly file: string
  readonly code: string
  readonly becomes: string
  /** The targeted scenario that finds it soon, for a bug that other scenarios rarely show. */
  readonly target?: string
}

/** By invariant, at least one bug, by what the code does then. */
export const plantedBugs: Readonly<Record<string, Readonly<Record<string, PlantedBug>>>> = {
  'a step creates at most one snapshot': {
    'takes a list for complete after its first page': {
      file: 'snapshot/list-pages',
      code: 'entries.size === before : entries.size >= count',
      becomes: 'true : true',
    },
    'sends another POST although a list shows the tag, because it does not start a description': {
      file: 'snapshot/decision',
      code: "if (own === 'exists')",
      becomes: 'if (false)',
    },
  },
  'success means that the snapshot exists and, with wait, is completed': {
    'believes the plain form of a sharded snapshot': {
      file: 'atlas/snapshot',
      code: "type === 'shardedCluster' && form === 'plain'",
      becomes: 'false',
    },
    'accepts a failed snapshot without wait': {
      file: 'snapshot/obtain',
      code: 'sighting.assertNotFailed();',
      becomes: '',
    },
    'uses a part of another snapshot without looking it up': {
      file: 'snapshot/read',
      code: 'mustLookUp && !isSharded(plain)',
      becomes: 'false',
    },
  },
  'created is true if and only if this step created the snapshot': {
    'does not check the snapshot in the response to the POST': {
      file: 'snapshot/create',
      code: 'if (snapshot.description?.includes(this.#tag) !== true)',
      becomes: 'if (false)',
    },
  },
  'no other snapshot is used while the own one might exist': {
    'forgets that a POST might have been executed': {
      file: 'snapshot/decision',
      code: "own === 'inDoubt' || own === 'exists'",
      becomes: "own === 'exists'",
    },
  },
  'no POST while the conflicting snapshot is in progress': {
    'takes a snapshot with an unknown status for finished': {
      file: 'snapshot/decision',
      code: '!isFinished(one) && finished',
      becomes: "one.status === 'inProgress' && finished",
    },
    'continues after a conflict that can be with the own snapshot': {
      file: 'snapshot/decision',
      code: "mayHideOwn ? 'perhapsOwn' : 'unseen'",
      becomes: "'unseen'",
    },
  },
  'no POST after an untrusted response': {
    'repeats a POST after any error': {
      file: 'snapshot/create',
      code: 'this.#posts.next(error, POST)',
      becomes: 'this.#posts.next(error, { rules: { ...POST.rules, [error.meaning]: POST.rules.unknown } })',
    },
  },
  'the lists are read before every further POST': {
    'searches only once after a POST that might have been executed': {
      file: 'snapshot/decision',
      code: '[at, at + LIST_CONSISTENCY_DELAY_MS]',
      becomes: '[at]',
    },
  },
  'no request after the end': {
    'checks the status once more': {
      file: 'snapshot/obtain',
      code: 'return sighting.observed;',
      becomes: `const { id } = sighting.snapshot
        context.clock.setTimeout(4_500, () => context.client.getSnapshot(id, cancel).catch(() => {}))
        return sighting.observed`,
    },
  },
  'a step ends within 6 s after its timeout or cancellation': {
    'ignores the deadline while it waits for the next read of the lists': {
      file: 'snapshot/create',
      code: 'await sleep(clock, delayMs, deadline.signal)',
      becomes: 'await sleep(clock, delayMs)',
    },
    'succeeds although it was canceled': {
      file: 'snapshot/deadline',
      code: 'AbortSignal.any([cancel, timeout.signal])',
      becomes: 'timeout.signal',
    },
  },
  'a step without obstacles succeeds': {
    'searches for its own snapshot without end, although the lists hide none in progress': {
      file: 'snapshot/decision',
      code: 'evidence.showsUnfinished || onDemand.some(isInProgress)',
      becomes: 'false',
    },
    'takes two parts of a snapshot for two snapshots': {
      file: 'snapshot/decision',
      code: 'listing?.mayContainParts === false',
      becomes: 'true',
    },
    'starts a whole read again if the server has closed a kept connection': {
      file: 'atlas/middleware',
      code: 'if (!isClosed ||',
      becomes: 'if (true ||',
    },
    'ends a wait after an outage of a minute': {
      file: 'snapshot/retry',
      code: 'UNTIL_DEADLINE = { forMs: Number.POSITIVE_INFINITY',
      becomes: 'UNTIL_DEADLINE = { forMs: 60_000',
    },
    'takes the type of the cluster from the lists, which show its former type': {
      file: 'snapshot/lists',
      code: ".type ?? 'unreadable'",
      becomes: ".unknown ?? 'unreadable'",
    },
  },
  'a failure reports the snapshot that exists or might exist': {
    'reports that no snapshot was created although a POST might have been executed': {
      file: 'snapshot/decision',
      code: "return evidence.own !== 'absent' || ",
      becomes: 'return ',
    },
    'explains a conflict with a list from before its POST': {
      file: 'snapshot/decision',
      code: 'post, listing: undefined }',
      becomes: 'post }',
      target:
        'a doubled POST right after the end of another snapshot that an earlier list showed in progress',
    },
    "believes a gateway's page that rejects a POST": {
      file: 'atlas/response-errors',
      code: 'AtlasError(meaning, report, authenticated)',
      becomes: 'AtlasError(meaning, report, false)',
    },
  },
  "another snapshot is neither the step's own nor a part of one": {
    'takes a part of a sharded snapshot for another snapshot': {
      file: 'snapshot/lists',
      code: 'const { snapshots, error } = isSharded ? sharded : plain',
      becomes: 'const { snapshots, error } = plain',
    },
  },
}
