/** A change of a compiled file, which the simulation must notice. */
export interface PlantedBug {
  /** Below `src`, without `.js`. */
  readonly file: string
  /** Replaced by `becomes`. Without it, `becomes` is added at the end of the file, and can replace a `function` there by name, but no `const`. */
  readonly code?: string
  readonly becomes: string
}

/** By invariant, at least one bug, by what the code does then. */
export const plantedBugs: Readonly<Record<string, Readonly<Record<string, PlantedBug>>>> = {
  'a step creates at most one snapshot': {
    'takes each list for empty': {
      file: 'snapshot/list',
      becomes: 'readList = async () => []',
    },
  },
  'success means that the snapshot exists and, with wait, is completed': {
    'believes the plain form of a sharded snapshot': {
      file: 'snapshot/read',
      becomes: 'readSnapshot = (id, { client, deadline }) => client.getSnapshot(id, deadline.signal)',
    },
    'accepts a failed snapshot without wait': {
      file: 'snapshot/polling',
      code: "if (snapshot.status === 'failed')",
      becomes: 'if (false)',
    },
  },
  'created is true if and only if this step created the snapshot': {
    'does not check the snapshot in the response to the POST': {
      file: 'atlas/client',
      code: 'if (isOwn(snapshot))',
      becomes: 'if (true)',
    },
  },
  'no POST while the list shows another snapshot in progress': {
    'does not wait until the other snapshot has finished': {
      file: 'atlas/snapshot',
      becomes: 'isBlocking = () => false',
    },
  },
  'no POST after an untrusted response': {
    'repeats a POST after any error': {
      file: 'snapshot/retry',
      becomes:
        "for (const policy of Object.values(POST_POLICIES)) Object.assign(policy, { rejected: 'outage', notAtlas: 'outage', untrusted: 'outage' })",
    },
  },
  'no POST without the pause and the list that it requires': {
    'does not read the list for a recent snapshot before the first POST': {
      file: 'snapshot/create',
      code: "reuseWithinMs === undefined ? 'post' : await search(BEFORE_POST)",
      becomes: "'post'",
    },
    'takes a list for whole after its first page': {
      file: 'snapshot/list',
      code: 'page.length < PAGE_SIZE',
      becomes: 'true',
    },
    'ignores an entry of a list that is not a snapshot': {
      file: 'atlas/client',
      code: 'results.map(',
      becomes: 'results.filter(({ id }) => id === id.toLowerCase()).map(',
    },
    'reads the list at once after a POST that might have been executed': {
      file: 'snapshot/retry',
      code: 'minMs: 5_000',
      becomes: 'minMs: 0',
    },
    'repeats a POST that might have been executed without a look at the list': {
      file: 'snapshot/create',
      code: 'needsList = mightExist ||',
      becomes: 'needsList =',
    },
    'repeats a POST after a conflict without a look at the list': {
      file: 'snapshot/create',
      code: " || meaning === 'conflict'",
      becomes: '',
    },
  },
  'no POST after too long an outage': {
    'counts an outage anew after a failure of another kind': {
      file: 'snapshot/retry',
      code: 'before?.limit === limit',
      becomes: 'before?.last.meaning === failure.meaning',
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
    'ignores the deadline while it waits for the next try': {
      file: 'snapshot/deadline',
      code: 'delayMs, this.signal)',
      becomes: 'delayMs)',
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
      becomes: "Object.assign(WHILE_WAITING, { notExecuted: 'rejection', unknown: 'rejection' })",
    },
    'does not start the minute of rejections anew after another failure': {
      file: 'snapshot/retry',
      code: '? before.since : now',
      becomes: '? before.since : (before?.since ?? now)',
    },
    'ends a wait after one rejection': {
      file: 'snapshot/retry',
      becomes: 'delete WHILE_WAITING.rejected',
    },
  },
  'a step that its deadline or a cancellation ends says so': {
    'reports the last failed request instead': {
      file: 'snapshot/reports',
      becomes:
        'const report = toStepError; toStepError = (thrown, progress, context) => progress.lastError ?? report(thrown, progress, context)',
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
    'takes a POST without credentials for one that might have been executed': {
      file: 'atlas/errors',
      code: 'this.authenticated && ',
      becomes: '',
    },
  },
}
