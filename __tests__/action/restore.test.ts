import { describe, expect, it } from '@jest/globals'
import { loginCommand, restoreCommand } from '../../src/action/restore.js'

const cluster = {
  baseUrl: 'https://cloud.mongodb.com',
  apiVersion: '2023-01-01',
  groupId: '5f1e2d3c4b5a69788796a5b4',
  clusterName: 'shop-prod',
} as const

describe('how to restore by hand', () => {
  it('is one command for a shell, which names project, cluster and snapshot', () => {
    const command = restoreCommand(cluster, '6a7f1e2d3c4b5a6978879601')
    expect(command).toBe(`atlas backups restores start automated \\
  --projectId 5f1e2d3c4b5a69788796a5b4 \\
  --clusterName shop-prod \\
  --snapshotId 6a7f1e2d3c4b5a6978879601 \\
  --targetProjectId 5f1e2d3c4b5a69788796a5b4 \\
  --targetClusterName shop-prod`)
  })

  it.each([
    ['https://cloud.mongodb.com', 'atlas auth login'],
    ['https://cloud.mongodbgov.com', 'atlas auth login --gov'],
    ['http://127.0.0.1:8080', 'atlas auth login'],
  ])('needs a login to the Atlas of %s: %s', (baseUrl, expected) => {
    expect(loginCommand({ ...cluster, baseUrl })).toBe(expected)
  })
})
