import { describe, expect, it } from '@jest/globals'
import { type CredentialKind, credentialLabel } from '../../src/atlas/credentials.js'
import { getRemedy, needsClusterDiagnosis, REMEDIES } from '../../src/atlas/remedies.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'

function response(status: number, errorCode?: string, parameters: readonly string[] = [], detail?: string) {
  return { status, errorCode, detail, parameters }
}

/** Status, code, title, and whether the cluster is read to find the reason. */
const responses: readonly (readonly [number, string | undefined, string, boolean])[] = [
  [401, 'USER_UNAUTHORIZED', TITLES.missingRole, false],
  [401, 'NOT_IN_GROUP', TITLES.missingRole, false],
  [403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST', TITLES.notOnAccessList, false],
  [403, 'ORG_REQUIRES_ACCESS_LIST', TITLES.notOnAccessList, false],
  [403, 'IP_ADDRESS_NOT_ON_WHITELIST', TITLES.notOnAccessList, false],
  [403, 'ORG_REQUIRES_WHITELIST', TITLES.notOnAccessList, false],
  [404, 'GROUP_NOT_FOUND', TITLES.projectNotFound, false],
  [404, 'CLUSTER_NOT_FOUND', TITLES.clusterNotFound, false],
  [404, 'SNAPSHOT_NOT_FOUND', TITLES.snapshotNotFound, false],
  [400, 'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID', TITLES.retentionNotAllowed, false],
  [400, 'SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY', TITLES.retentionNotAllowed, false],
  [400, 'INSUFFICIENT_INSTANCE_SIZE', TITLES.noCloudBackup, true],
  [400, 'PROVIDER_BACKUP_NOT_SUPPORTED', TITLES.noCloudBackup, true],
  [400, 'BACKUP_JOB_NOT_FOUND', TITLES.noCloudBackup, true],
  [404, 'BACKUP_CONFIG_NOT_FOUND', TITLES.noCloudBackup, true],
  [400, 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', TITLES.flexCluster, false],
  [401, 'invalid_client', TITLES.invalidClientSecret, false],
  [400, 'unauthorized_client', TITLES.invalidClientSecret, false],
  [400, 'invalid_grant', TITLES.invalidClientSecret, false],
  ...[undefined, 'NEVER_HEARD_OF'].flatMap((code): [number, string | undefined, string, boolean][] => [
    [400, code, TITLES.badRequest, true],
    [401, code, TITLES.invalidApiKey, false],
    [402, code, TITLES.paymentRequired, false],
    [403, code, TITLES.forbidden, false],
    [404, code, TITLES.notFound, true],
    [406, code, TITLES.unsupportedApiVersion, false],
    [410, code, TITLES.unsupportedApiVersion, false],
    [409, code, TITLES.requestRejected, true],
  ]),
]

describe('getRemedy', () => {
  it.each(responses)(
    'maps %i %s to "%s", with a cluster diagnosis: %s',
    (status, errorCode, title, needsDiagnosis) => {
      expect(getRemedy(response(status, errorCode), 'apiKey').title).toBe(title)
      expect(needsClusterDiagnosis(response(status, errorCode))).toBe(needsDiagnosis)
    },
  )

  it('has a row above for each code', () => {
    const codes = REMEDIES.flatMap(({ codes: known = [] }) => known)
    expect(codes.filter((code) => !responses.some(([, tested]) => tested === code))).toStrictEqual([])
  })

  it.each([400, 401, 403, 404])('adds a hint to a %i without code and detail', (status) => {
    const { remedy } = getRemedy(response(status, undefined, [], 'Why.'), 'apiKey')
    expect(getRemedy(response(status, 'NEVER_HEARD_OF'), 'apiKey').remedy).toBe(remedy)
    const hinted = getRemedy(response(status), 'apiKey').remedy
    expect(hinted).toStrictEqual(mentioning(remedy))
    expect(hinted.length).toBeGreaterThan(remedy.length)
    expect(hinted).toContain('base-url')
  })
})

describe('a remedy', () => {
  const kinds: readonly CredentialKind[] = ['apiKey', 'serviceAccount']

  it.each(kinds)('names the %s and contains the link', (kind) => {
    const other = kinds.filter((candidate) => candidate !== kind).map(credentialLabel)
    for (const row of REMEDIES.filter(({ credential = kind }) => credential === kind)) {
      const { codes = [undefined], statuses = [400], remedy: template, link = '' } = row
      const { title, remedy } = getRemedy(response(statuses[0] ?? 400, codes[0]), kind)
      expect(title).toBe(row.title)
      expect(remedy).toStrictEqual(mentioning(link))
      expect(link).toMatch(/^(https:\/\/www\.mongodb\.com\/docs\/atlas\/\S+\/)?$/)
      expect(remedy).not.toMatch(/[{}]/)
      if (template.includes('{credential}')) {
        expect(remedy).toStrictEqual(mentioning(credentialLabel(kind)))
        expect(remedy).not.toStrictEqual(mentioning(...other))
      }
    }
  })

  const remedyFor = (...parameters: string[]) =>
    getRemedy(response(403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST', parameters), 'apiKey').remedy

  it("contains the runner's address", () => {
    for (const address of ['203.0.113.7', '2001:db8::7'])
      expect(remedyFor('abcdef', '12:30', address)).toStrictEqual(mentioning(` ${address} `))
  })

  it('contains no other parameter as the address', () => {
    for (const text of ['not an address', '::error::x', 'cafe', '1.2.3', '203.0.113.777', ':::'])
      expect(remedyFor(text)).toBe(remedyFor())
    expect(remedyFor()).not.toContain('undefined')
  })

  it('never suggests running the step again, because that could create a second snapshot', () => {
    expect(REMEDIES.filter(({ remedy }) => /again|re-?run|retry/i.test(remedy))).toStrictEqual([])
  })
})
