import type { HttpRequest } from '../../src/atlas/http.js'

/** What a request does, as in the requests of a `StepHarness`. */
export function describeRequest({ method, url }: HttpRequest): string {
  if (method === 'POST') return 'create'
  if (!url.pathname.includes('/backup/')) return 'cluster'
  const tail = url.pathname.split('/snapshots')[1] ?? ''
  const sharded = tail.startsWith('/shardedCluster') ? ' sharded' : ''
  const isList = tail === '' || tail === '/shardedClusters'
  return isList ? `list${sharded} ${url.searchParams.get('pageNum') ?? 1}` : `get${sharded}`
}

/** The two requests of a POST at a time: one for the challenge and one with credentials. */
export function post(at: number, outcome: string | number = 200): string[] {
  return [`${at} create 401`, `${at} create ${outcome}`]
}

/** The requests that read both lists at a time. */
export function lists(at: number): string[] {
  return [`${at} list 1 200`, `${at} list sharded 1 200`]
}

/** Also reads the cluster, because the lists contain a snapshot that the step uses and that might be a part. */
export function listsAndCluster(at: number): string[] {
  return [...lists(at), `${at} cluster 200`]
}
