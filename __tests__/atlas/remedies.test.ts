import { describe, expect, it } from '@jest/globals'
import type { CredentialKind } from '../../src/atlas/credentials.js'
import {
  getRemedy,
  needsClusterDiagnosis,
  REMEDIES,
  ROLE_MISSING_CODES,
  withLink,
} from '../../src/atlas/remedies.js'

function explained(
  status: number,
  errorCode?: string,
  parameters: readonly string[] = [],
  credential: CredentialKind = 'apiKey',
) {
  return getRemedy({ status, errorCode, detail: undefined, parameters }, credential)
}

describe('the remedy', () => {
  it.each([
    [401, 'USER_UNAUTHORIZED', 'lacks the role', 'Project Backup Creator'],
    [401, 'NOT_IN_GROUP', 'lacks the role', 'Project Backup Creator'],
    [403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST', 'access list', "not the project's IP access list"],
    [403, 'ORG_REQUIRES_ACCESS_LIST', 'access list', "not the project's IP access list"],
    [403, 'IP_ADDRESS_NOT_ON_WHITELIST', 'access list', "not the project's IP access list"],
    [403, 'ORG_REQUIRES_WHITELIST', 'access list', "not the project's IP access list"],
    [404, 'GROUP_NOT_FOUND', 'project not found', 'group-id'],
    [404, 'CLUSTER_NOT_FOUND', 'Cluster not found', 'cluster-name'],
    [404, 'SNAPSHOT_NOT_FOUND', 'Snapshot not found', 'deleted'],
    [400, 'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID', 'retention', 'retention-days'],
    [400, 'SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY', 'retention', 'retention-days'],
    [400, 'INSUFFICIENT_INSTANCE_SIZE', 'no cloud backup', 'M10'],
    [400, 'PROVIDER_BACKUP_NOT_SUPPORTED', 'no cloud backup', 'M10'],
    [400, 'BACKUP_JOB_NOT_FOUND', 'no cloud backup', 'M10'],
    [404, 'BACKUP_CONFIG_NOT_FOUND', 'no cloud backup', 'M10'],
    [400, 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', 'flex cluster', 'M10'],
    [401, 'invalid_client', 'client secret', 'client-id and client-secret'],
    [400, 'unauthorized_client', 'client secret', 'expired'],
    [400, 'invalid_grant', 'client secret', 'expired'],
  ])('of %i %s is about the code', (status, errorCode, title, remedy) => {
    expect(explained(status, errorCode).title).toContain(title)
    expect(explained(status, errorCode).remedy).toContain(remedy)
  })

  it.each([
    [400, 'refused the request', 'Correct the inputs by what Atlas says'],
    [401, 'does not accept the API key', 'public-key and private-key'],
    [402, 'billing', 'payment method'],
    [403, 'forbids', 'the project roles of the API key, and the API access list of the API key'],
    [404, 'does not know', 'base-url'],
    [406, 'API version', 'api-version'],
    [410, 'API version', 'api-version'],
    [418, 'HTTP 418', 'repeating the request does not help'],
  ])('of %i without a code that is known is about the status', (status, title, remedy) => {
    for (const errorCode of [undefined, 'NEVER_HEARD_OF']) {
      expect(explained(status, errorCode).title).toContain(title)
      expect(explained(status, errorCode).remedy).toContain(remedy)
    }
  })

  it('never asks to run the step again, which may have a snapshot by then', () => {
    expect(REMEDIES.filter(({ remedy }) => /again/i.test(remedy))).toEqual([])
  })

  it.each(['203.0.113.7', '2001:db8::7'])("names the caller's address %s", (address) => {
    const { remedy } = explained(403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST', [address])
    expect(remedy).toContain(`the runner's IP address ${address} to the API access list`)
  })

  it.each([
    [[]],
    [['not an address']],
    [['::error::x']],
    [['cafe']],
    [['1.2.3']],
    [['203.0.113.777']],
    [[':::']],
  ])('takes nothing else for the address: %j', (parameters: string[]) => {
    const { remedy } = explained(403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST', parameters)
    expect(remedy).toContain("Add the runner's IP address to the API access list")
  })

  it('finds the address among other parameters', () => {
    const { remedy } = explained(403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST', ['abcdef', '12:30', '203.0.113.7'])
    expect(remedy).toContain("the runner's IP address 203.0.113.7 to the API access list")
  })

  it.each([
    [401, 'USER_UNAUTHORIZED'],
    [403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST'],
    [404, 'GROUP_NOT_FOUND'],
    [401, undefined],
    [403, undefined],
    [404, undefined],
  ])('of %i %s speaks of the service account where there is one', (status, errorCode) => {
    const { title, remedy } = explained(status, errorCode, [], 'serviceAccount')
    expect(`${title} ${remedy}`).toContain('service account')
    expect(`${title} ${remedy}`).not.toContain('API key')
  })

  it('ends with the page of the documentation where one helps', () => {
    expect(explained(402, 'ACCOUNT_SUSPENDED').remedy).toMatch(
      / \(https:\/\/www\.mongodb\.com\/docs\/atlas\/billing\/\)\.$/,
    )
    expect(explained(404, 'CLUSTER_NOT_FOUND').remedy).not.toContain('https:')
  })

  it('has that page at its very end, however many sentences it is', () => {
    const row = { title: 'Title', remedy: 'Do this. Then that.', link: 'https://docs.example' }
    expect(withLink(row).remedy).toBe('Do this. Then that (https://docs.example).')
  })

  it('doubts that Atlas answered where the answer holds no word of its own', () => {
    const doubt = 'check base-url and the proxies on the way, too.'
    for (const status of [400, 401, 403, 404]) expect(explained(status).remedy).toContain(doubt)
    expect(explained(404, 'CLUSTER_NOT_FOUND').remedy).not.toContain(doubt)
  })

  it('leaves no placeholder behind', () => {
    for (const { codes = [undefined], statuses = [400] } of REMEDIES) {
      const { title, remedy } = explained(statuses[0] ?? 400, codes[0])
      expect(`${title} ${remedy}`).not.toMatch(/[{}]/)
    }
  })

  it.each([
    [400, 'INSUFFICIENT_INSTANCE_SIZE', true],
    [400, 'BACKUP_JOB_NOT_FOUND', true],
    [400, 'NEVER_HEARD_OF', true],
    [404, undefined, true],
    [409, 'NEVER_HEARD_OF', true],
    [400, 'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID', false],
    [400, 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', false],
    [401, 'USER_UNAUTHORIZED', false],
    [404, 'CLUSTER_NOT_FOUND', false],
    [402, undefined, false],
    [403, 'NEVER_HEARD_OF', false],
  ])('of %i %s may be vague, so that the cluster is worth a look: %s', (status, errorCode, vague) => {
    expect(needsClusterDiagnosis({ status, errorCode, detail: undefined, parameters: [] })).toBe(vague)
  })

  it('knows the two codes of a missing role', () => {
    expect(ROLE_MISSING_CODES).toEqual(['USER_UNAUTHORIZED', 'NOT_IN_GROUP'])
  })
})
