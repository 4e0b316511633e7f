/** `2023-01-01` is the only resource version that snapshots have on API v2; `v1.0` is the deprecated API. */
export type ApiVersion = '2023-01-01' | 'v1.0'

/** The cluster that everything is about. */
export interface ClusterRef {
  /** Origin of the Admin API. */
  readonly baseUrl: string
  readonly apiVersion: ApiVersion
  /** 24 lower-case hexadecimal digits. */
  readonly groupId: string
  readonly clusterName: string
}

/** The backup page of the cluster in the Atlas UI. */
export function backupPage(cluster: ClusterRef): string {
  return `${cluster.baseUrl}/v2/${cluster.groupId}#/clusters/backup/${cluster.clusterName}`
}
