import type { ClusterRef } from '../atlas/address.js'

const GOVERNMENT = 'https://cloud.mongodbgov.com'

/** The command of the Atlas CLI that restores a snapshot to the cluster it was taken of, lines joined for a shell. */
export function restoreCommand({ groupId, clusterName }: ClusterRef, snapshotId: string): string {
  return [
    'atlas backups restores start automated',
    `--projectId ${groupId}`,
    `--clusterName ${clusterName}`,
    `--snapshotId ${snapshotId}`,
    `--targetProjectId ${groupId}`,
    `--targetClusterName ${clusterName}`,
  ].join(' \\\n  ')
}

/** How to log in to the Atlas that the cluster belongs to. */
export function loginCommand({ baseUrl }: ClusterRef): string {
  return baseUrl === GOVERNMENT ? 'atlas auth login --gov' : 'atlas auth login'
}
