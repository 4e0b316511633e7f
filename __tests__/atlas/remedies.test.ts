import { describe, expect, it } from '@jest/globals'
import { type CredentialKind, credentialLabel } from '../../src/atlas/credentials.js'
import { getRemedy, needsClusterDiagnosis, REMEDIES, type Remedy } from '../../src/atlas/remedies.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'

const kinds: readonly CredentialKind[] = ['apiKey', 'serviceAccount']

/** Each code, and each status without a known code, with its row. docs/troubleshooting.md lists all of them. */
const responses = Object.values<Remedy>(REMEDIES).flatMap((row) => {
  const { codes = [], statuses = [], title } = row
  return [
    ...codes.map((code) => ({ status: 400, code, title, row })),
    ...statuses.flatMap((status) =>
      [undefined, 'NEVER_HEARD_OF'].map((code) => ({ status, code, title, row })),
    ),
  ]
})

function response(status: number, errorCode?: string, parameters: readonly string[] = [], detail?: string) {
  return { status, errorCode, detail, parameters }
}

describe('getRemedy', () => {
  it.each(responses)('finds the row for $status $code: $title', ({ status, code, title, row }) => {
    const error = response(status, code)
    expect(getRemedy(error, row.credential ?? 'apiKey').title).toBe(title)
    expect(needsClusterDiagnosis(error)).toBe(row.needsClusterDiagnosis === true)
  })

  it('has a row for any other response', () => {
    const error = response(409, 'NEVER_HEARD_OF')
    expect(getRemedy(error, 'apiKey').title).toBe(TITLES.requestRejected)
    expect(needsClusterDiagnosis(error)).toBe(true)
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
  it.each(kinds)('names the %s and contains the link', (kind) => {
    const other = kinds.filter((candidate) => candidate !== kind).map(credentialLabel)
    const ofKind = responses.filter(({ row: { credential = kind } }) => credential === kind)
    for (const { status, code, row } of ofKind) {
      const { remedy: template, link = '' } = row
      const { remedy } = getRemedy(response(status, code), kind)
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
    expect(responses.filter(({ row }) => /again|re-?run|retry/i.test(row.remedy))).toStrictEqual([])
  })
})
