/** A signal that follows its parent and can be aborted by itself. */
interface ChildSignal {
  readonly signal: AbortSignal
  abort(reason: unknown): void
  /** Lets go of the parent; to be called when the work is over, since a parent may outlive many children. */
  release(): void
}

export function childOf(parent: AbortSignal): ChildSignal {
  const controller = new AbortController()
  const follow = () => controller.abort(parent.reason)
  if (parent.aborted) follow()
  else parent.addEventListener('abort', follow, { once: true })
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => parent.removeEventListener('abort', follow),
  }
}

/** The work's outcome, or the signal's reason as a rejection if that comes first. */
export function rejectOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
