/** A cluster as inputs name it, of an Atlas that is nowhere. */
export const cluster = {
  baseUrl: 'https://cloud.example',
  apiVersion: '2023-01-01',
  groupId: '5f1e2d3c4b5a69788796a5b4',
  clusterName: 'shop-prod',
} as const
