import { describe, expect, it } from '@jest/globals'
import { BLOCKERS } from '../../src/atlas/cluster.js'
import { credentialLabel } from '../../src/atlas/credentials.js'
import type { Meaning } from '../../src/atlas/errors.js'
import { NETWORK_FAILURES } from '../../src/atlas/network-errors.js'
import { FAILURES, FAILURES_BY_CODE } from '../../src/atlas/responses.js'
import { STEP_TITLES } from '../../src/snapshot/reports.js'
import { toError } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { readRecordings } from '../support/recordings.js'

const kinds = ['apiKey', 'serviceAccount'] as const

/** A body in the format of Atlas. */
function ofAtlas(status: number, errorCode: string | null = null, detail = 'No.') {
  return { error: status, errorCode, reason: 'Reason', detail, parameters: null }
}

/** Titles of documented and recorded rejections by status and code, independent of the code. */
const REJECTIONS: readonly (readonly [number, string | null, string, Meaning?])[] = [
  [400, 'UNFINISHED_ON_DEMAND_SNAPSHOT', 'Another snapshot is in progress', 'conflict'],
  [400, 'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID', 'Retention not allowed'],
  [400, 'SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY', 'Retention not allowed'],
  [400, 'INSUFFICIENT_INSTANCE_SIZE', 'Cloud Backup not available'],
  [400, 'PROVIDER_BACKUP_NOT_SUPPORTED', 'Cloud Backup not available'],
  [400, 'BACKUP_JOB_NOT_FOUND', 'Cloud Backup not available'],
  [400, 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', 'Cluster tier too small'],
  [400, 'ATLAS_GENERAL_ERROR', 'Bad request'],
  [400, 'ATLAS_CLUSTER_VERSION_DEPRECATED', 'Bad request'],
  [400, 'ATLAS_SEARCH_DEPLOYMENT_INVALID_ATTRIBUTE', 'Bad request'],
  [400, 'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED', 'Bad request'],
  [400, 'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API', 'Bad request'],
  [400, 'CLUSTER_ALREADY_REQUESTED_DELETION', 'Bad request'],
  [400, 'DUPLICATE_CLUSTER_NAME', 'Bad request'],
  [400, 'LDAP_VERIFY_CONNECTIVITY_NO_AVAILABLE_CLUSTERS', 'Bad request'],
  [400, 'LDAP_VERIFY_CONNECTIVITY_NO_AVAILABLE_INSTANCES', 'Bad request'],
  [400, 'MAX_GROUPS_PER_ORG_EXCEEDED', 'Bad request'],
  [400, 'ONLINE_ARCHIVE_CANNOT_MODIFY_FIELD', 'Bad request'],
  [400, null, 'Bad request'],
  [401, 'USER_UNAUTHORIZED', 'Missing project role'],
  [401, 'NOT_IN_GROUP', 'Missing project role'],
  [402, 'ACCOUNT_SUSPENDED', 'Payment required'],
  [402, 'NO_PAYMENT_INFORMATION_FOUND', 'Payment required'],
  [403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST', 'IP address not on API access list'],
  [403, 'ORG_REQUIRES_ACCESS_LIST', 'IP address not on API access list'],
  [403, 'RESOURCE_REQUIRES_ACCESS_LIST', 'IP address not on API access list'],
  [403, 'IP_ADDRESS_NOT_ON_WHITELIST', 'IP address not on API access list'],
  [403, 'ORG_REQUIRES_WHITELIST', 'IP address not on API access list'],
  [403, null, 'Access denied'],
  [404, 'BACKUP_CONFIG_NOT_FOUND', 'Cloud Backup not available'],
  [404, 'GROUP_NOT_FOUND', 'Project not found'],
  [404, 'CLUSTER_NOT_FOUND', 'Cluster not found'],
  [404, 'SNAPSHOT_NOT_FOUND', 'Snapshot not found'],
  [404, 'RESOURCE_NOT_FOUND', 'Not found in Atlas'],
  [404, 'UNEXPECTED_ERROR', 'Not found in Atlas'],
  [404, 'DATA_FEDERATION_TENANT_NOT_FOUND_FOR_NAME', 'Not found in Atlas'],
  [404, null, 'Not found in Atlas'],
  [405, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', 'Atlas maintenance in progress', 'throttled'],
  [405, null, 'Request rejected'],
  [406, null, 'Unsupported Atlas API version'],
  [409, 'GROUP_ALREADY_EXISTS', 'Request rejected'],
  [409, 'ONLINE_ARCHIVE_MUST_BE_ACTIVE_TO_PAUSE', 'Request rejected'],
  [409, 'USER_ALREADY_EXISTS', 'Request rejected'],
  [410, 'VERSION_GONE', 'Unsupported Atlas API version'],
  [429, 'RATE_LIMITED', 'Rate limit exceeded', 'throttled'],
  [429, 'RATE_LIMITED_TOKEN_BUCKET', 'Rate limit exceeded', 'throttled'],
  [500, 'UNEXPECTED_ERROR', 'No valid response from Atlas', 'unknown'],
]

describe('a rejection by Atlas has the title that its reader looks up, and its meaning', () => {
  it.each(REJECTIONS)('%i %s: %s', (status, errorCode, title, meaning = 'rejected') => {
    for (const credential of kinds) {
      const error = toError(status, ofAtlas(status, errorCode), {}, credential)
      expect(error).toMatchObject({ help: { title }, meaning, message: mentioning(`HTTP ${status}`) })
      expect(error.mayHaveExecuted).toBe(meaning === 'unknown')
    }
  })

  it('a 401 without a code has that of the credentials', () => {
    const titles = kinds.map((kind) => toError(401, ofAtlas(401), {}, kind).help.title)
    expect(titles).toStrictEqual(['API key rejected', 'Service account rejected'])
  })

  it('a code has the same one with any 4xx, even with that of a proxy or of throttling', () => {
    for (const [, errorCode, title, meaning = 'rejected'] of REJECTIONS) {
      if (errorCode === null || !FAILURES_BY_CODE.has(errorCode)) continue
      for (const status of [400, 403, 407, 408, 422, 429, 499])
        expect(toError(status, ofAtlas(status, errorCode))).toMatchObject({ help: { title }, meaning })
      // With a 5xx, it might have been executed.
      expect(toError(500, ofAtlas(500, errorCode)).meaning).toBe('unknown')
    }
  })
})

const denied = { error: 'access_denied', error_description: 'Access Token limit reached.' }

it.each<[number, unknown, string, Meaning]>([
  [199, 'a page', 'No valid response from Atlas', 'unknown'],
  [300, ofAtlas(300, 'CLUSTER_NOT_FOUND'), 'Unexpected redirect', 'untrusted'],
  [302, 'a page', 'Unexpected redirect', 'untrusted'],
  [399, '', 'Unexpected redirect', 'untrusted'],
  [400, 'a page', 'Response not from Atlas', 'notAtlas'],
  // Recorded.
  [405, '', 'Response not from Atlas', 'notAtlas'],
  [401, 'a page', 'Response not from Atlas', 'notAtlas'],
  [403, denied, 'Response not from Atlas', 'notAtlas'],
  [403, { ...denied, errorCode: 'SOME_CODE' }, 'Access denied', 'rejected'],
  [407, 'a page', 'Request rejected by proxy', 'rejected'],
  [407, ofAtlas(407), 'Request rejected by proxy', 'rejected'],
  [408, 'a page', 'No valid response from Atlas', 'unknown'],
  [408, ofAtlas(408), 'No valid response from Atlas', 'unknown'],
  // A proxy might have forwarded the request before.
  [429, 'a page', 'Rate limit exceeded', 'unknown'],
  [499, 'a page', 'Response not from Atlas', 'notAtlas'],
  [502, 'a page', 'No valid response from Atlas', 'unknown'],
  [599, '', 'No valid response from Atlas', 'unknown'],
])('%i with the body %j is "%s", %s', (status, body, title, meaning) => {
  const mayHaveExecuted = ['unknown', 'notAtlas', 'untrusted'].includes(meaning)
  expect(toError(status, body)).toMatchObject({ help: { title }, meaning, mayHaveExecuted })
})

it('each code that the action knows has a title in the list above, or is one of the token endpoint', () => {
  const ofTokens = ['access_denied', 'invalid_client', 'unauthorized_client', 'invalid_grant']
  const listed = [...REJECTIONS.map(([, code]) => code), ...ofTokens]
  expect([...FAILURES_BY_CODE.keys()].filter((code) => !listed.includes(code))).toStrictEqual([])
})

it('each recorded rejection has a title in the lists above', () => {
  const listed = REJECTIONS.map(([status, code]) => `${status} ${code}`)
  const ofAtlas = readRecordings('rejections').filter(({ body }) => body === 'json')
  const recorded = ofAtlas.map(({ status, errorCode }) => `${status} ${errorCode}`)
  expect(recorded.filter((rejection) => !listed.includes(rejection))).toStrictEqual([])
})

it('what to do names the credentials of the step, and nothing about a deployment, which has one owner', () => {
  for (const credential of kinds)
    for (const [status, errorCode] of REJECTIONS) {
      const { remedy } = toError(status, ofAtlas(status, errorCode), {}, credential).help
      expect(remedy).not.toMatch(/[{}]|re-?run|retry|deploy/i)
      const other = kinds.find((kind) => kind !== credential) ?? credential
      expect(remedy).not.toContain(credentialLabel(other))
    }
})

it('no key of a table of errors is also a key of another one', () => {
  const keys = [FAILURES, BLOCKERS, NETWORK_FAILURES, STEP_TITLES].flatMap((table) => Object.keys(table))
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toStrictEqual([])
})
