/** The two requests of a POST at a time: one for the challenge and one with credentials. */
export function post(at: number, status = 200): string[] {
  return [`${at} create 401`, `${at} create ${status}`]
}

/** The requests that read both lists at a time. */
export function lists(at: number): string[] {
  return [`${at} list 200`, `${at} list-sharded 200`]
}

/** The requests that read the lists for the first time in a step, after the cluster. */
export function firstLists(at: number): string[] {
  return [`${at} cluster 200`, ...lists(at)]
}
