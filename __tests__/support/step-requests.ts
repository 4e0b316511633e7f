/** The two requests of a POST at a time: one for the challenge and one with credentials. */
export function post(at: number, status = 200): string[] {
  return [`${at} create 401`, `${at} create ${status}`]
}

/** The requests that read both lists at a time. */
export function lists(at: number): string[] {
  return [`${at} list 200`, `${at} list-sharded 200`]
}

/** Also reads the cluster, because the lists contain a snapshot that the step uses and that might be a part. */
export function listsAndCluster(at: number): string[] {
  return [...lists(at), `${at} cluster 200`]
}
