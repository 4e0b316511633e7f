import { describe, expect, it } from '@jest/globals'
import { BLOCKERS } from '../../src/atlas/cluster.js'
import { credentialLabel } from '../../src/atlas/credentials.js'
import { NETWORK_FAILURES } from '../../src/atlas/network-errors.js'
import { RESPONSES, type ResponseRow } from '../../src/atlas/responses.js'
import { STEP_TITLES } from '../../src/snapshot/reports.js'
import { toError } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { TITLES } from '../support/titles.js'

const kinds = ['apiKey', 'serviceAccount'] as const

/** A response for each status and each code of each row. */
const cases = Object.entries<ResponseRow>(RESPONSES).flatMap(([name, row]) => {
  const { statuses = ['4xx'], codes = ['NEVER_HEARD_OF'], fromAnyone } = row
  return statuses.flatMap((status) =>
    codes.map((errorCode) => ({
      name,
      row,
      status: Number(status.replace('xx', '99')),
      body: fromAnyone ? '<html>' : { errorCode, detail: 'Token limit' },
    })),
  )
})

describe('a row of the table', () => {
  it.each(cases)('$name applies to $status $body', ({ row, status, body }) => {
    const { meaning = 'rejected', title } = row
    // A rejection, a conflict, and throttling mean that nothing was executed.
    const mayHaveExecuted = ['unknown', 'notAtlas', 'untrusted'].includes(meaning)
    for (const credential of row.credential === undefined ? kinds : [row.credential]) {
      const error = toError(status, body, {}, credential)
      expect(error).toMatchObject({ title, meaning, mayHaveExecuted, message: mentioning(`HTTP ${status}`) })
      expect(error.failure).toStrictEqual({ ...row, remedy: error.remedy })
      // Words about a deployment have one owner, `adviseOnDeployment`.
      expect(error.remedy).not.toMatch(/[{}]|re-?run|retry|deploy/i)
      const labels = kinds.map(credentialLabel).filter((label) => error.remedy.includes(label))
      if (row.remedy.includes('{credential}')) expect(labels).toStrictEqual([credentialLabel(credential)])
    }
  })

  const denied = { error: 'access_denied', error_description: 'Token limit' }

  it.each<[number, unknown, string, string]>([
    [199, 'a page', 'unknown', TITLES.noValidResponse],
    [500, { errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' }, 'unknown', TITLES.noValidResponse],
    [408, { errorCode: 'CLUSTER_NOT_FOUND' }, 'unknown', TITLES.noValidResponse],
    [407, { errorCode: 'CLUSTER_NOT_FOUND' }, 'rejected', TITLES.proxyRefused],
    [429, { errorCode: 'CLUSTER_NOT_FOUND' }, 'throttled', TITLES.rateLimited],
    [429, 'a page', 'unknown', TITLES.rateLimited],
    [405, { errorCode: 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES' }, 'throttled', TITLES.maintenance],
    [422, { errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' }, 'conflict', TITLES.conflict],
    [405, { errorCode: 'METHOD_NOT_ALLOWED' }, 'rejected', TITLES.requestRejected],
    [404, { error: 404, reason: 'Not Found', detail: 'No.' }, 'rejected', TITLES.notFound],
    [403, denied, 'notAtlas', TITLES.notAtlas],
    [403, { ...denied, errorCode: 'SOME_CODE' }, 'rejected', TITLES.forbidden],
  ])('comes before another one for %i %j, which is %s, "%s"', (status, body, meaning, title) => {
    expect(toError(status, body)).toMatchObject({ meaning, title })
  })
})

it('no key of a table of errors is also a key of another one', () => {
  const keys = [RESPONSES, BLOCKERS, NETWORK_FAILURES, STEP_TITLES].flatMap((table) => Object.keys(table))
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toStrictEqual([])
})
