import { describe, expect, it } from '@jest/globals'
import { type CredentialKind, credentialLabel } from '../../src/atlas/credentials.js'
import { getRemedy, needsClusterDiagnosis, REMEDIES, type Remedy } from '../../src/atlas/remedies.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'

const kinds: readonly CredentialKind[] = ['apiKey', 'serviceAccount']

/** Each code, and each status without a known code, with its row. docs/troubleshooting.md lists all of them. */
const responses = Object.values<Remedy>(REMEDIES).flatMap((row) => {
  const { codes = [], statuses = [], title } = row
  const unknown = statuses.flatMap((status) =>
    [undefined, 'NEVER_HEARD_OF'].map((code) => ({ status, code })),
  )
  const known = codes.map((code) => ({ status: 400, code }))
  return [...known, ...unknown].map((each) => ({ ...each, title, row }))
})

function response(status: number, errorCode?: string, parameters: readonly string[] = []) {
  return { status, errorCode, detail: undefined, parameters, isAtlas: true }
}

describe('getRemedy', () => {
  it.each(responses)('finds the row for $status $code: $title', ({ status, code, title, row }) => {
    const error = response(status, code)
    expect(needsClusterDiagnosis(error)).toBe(row.needsClusterDiagnosis === true)
    const { link = '', credential } = row
    expect(link).toMatch(/^(https:\/\/www\.mongodb\.com\/docs\/atlas\/\S+\/)?$/)
    // To run the step again could create a second snapshot.
    expect(row.remedy).not.toMatch(/again|re-?run|retry/i)
    for (const kind of credential === undefined ? kinds : [credential]) {
      const report = getRemedy(error, kind)
      expect(report).toMatchObject({ title, remedy: mentioning(link) })
      expect(report.remedy).not.toMatch(/[{}]/)
      const labels = kinds.map(credentialLabel).filter((label) => report.remedy.includes(label))
      if (row.remedy.includes('{credential}')) expect(labels).toStrictEqual([credentialLabel(kind)])
    }
  })

  it('has a row for any other response', () => {
    const error = response(409, 'NEVER_HEARD_OF')
    expect(getRemedy(error, 'apiKey').title).toBe(TITLES.requestRejected)
    expect(needsClusterDiagnosis(error)).toBe(true)
  })

  it("names the runner's address, and no other parameter", () => {
    const remedyFor = (...parameters: string[]) =>
      getRemedy(response(403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST', parameters), 'apiKey').remedy
    for (const address of ['203.0.113.7', '2001:db8::7'])
      expect(remedyFor('abcdef', '12:30', address)).toStrictEqual(mentioning(` ${address} `))
    for (const text of ['not an address', '::error::x', 'cafe', '1.2.3', '203.0.113.777', ':::'])
      expect(remedyFor(text)).toBe(remedyFor())
    expect(remedyFor()).not.toContain('undefined')
  })
})
