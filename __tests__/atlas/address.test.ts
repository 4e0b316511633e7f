import { describe, expect, it } from '@jest/globals'
import { backupPage } from '../../src/atlas/address.js'

const groupId = '5f1e2d3c4b5a69788796a5b4'

describe('the backup page', () => {
  it.each([
    ['v1.0', 'https://cloud.example'],
    ['2023-01-01', 'https://cloud.mongodbgov.com'],
  ] as const)('is the one of the cluster at the same origin, by API %s', (apiVersion, baseUrl) => {
    expect(backupPage({ baseUrl, apiVersion, groupId, clusterName: 'shop-prod' })).toBe(
      `${baseUrl}/v2/${groupId}#/clusters/backup/shop-prod`,
    )
  })
})
