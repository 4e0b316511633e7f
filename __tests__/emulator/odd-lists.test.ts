import { describe, expect, it } from '@jest/globals'
import type { Atlas } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { isObject } from '../../emulator/http.js'
import { createOpenWorld, creating, type Json, sendJson, snapshotsPath } from '../support/emulator-client.js'

function list(atlas: Atlas, query = '') {
  return sendJson(atlas, { target: `${snapshotsPath('demo')}${query}` })
}

/** The field `name` of each entry of a list. */
function fields({ body }: { readonly body: Json }, name: string): unknown[] {
  const entries: unknown[] = Array.isArray(body['results']) ? body['results'] : []
  return entries.map((entry) => (isObject(entry) ? entry[name] : entry))
}

describe('a list', () => {
  it.each([
    ['capped', {}, [2, 1, 0]],
    ['rejected', { laterPages: 404 }, [2, 404, 404]],
    ['rejected after the end', { laterPages: 400, beyondEnd: true }, [2, 1, 400]],
    ['repeated', { laterPages: 'repeated' }, [2, 2, 2]],
    ['empty', { laterPages: 'empty' }, [2, 0, 0]],
  ] as const)('can have pages that are %s', (_, quirk, expected) => {
    const { atlas } = createOpenWorld({ olderSnapshots: 3, list: { pageLimit: 2, ...quirk } })
    const found = [1, 2, 3].map((page) => {
      const answer = list(atlas, `?itemsPerPage=500&pageNum=${page}`)
      return answer.status === 200 ? fields(answer, 'id').length : answer.status
    })
    expect(found).toStrictEqual(expected)
  })

  it('can have broken entries and a wrong count', () => {
    const brokenEntries = ['null', 'no-id', 'no-status', 'wrong-types', 'own'] as const
    const { atlas } = createOpenWorld({ list: { brokenEntries, countError: 2 } })
    const { id } = sendJson(atlas, creating()).body
    const answer = list(atlas)
    expect(answer.body['totalCount']).toBe(7)
    expect(fields(answer, 'id')).toContain(id)
    expect(fields(answer, 'status').filter((status) => typeof status === 'string')).toStrictEqual([
      'completed',
    ])
  })

  it('can lack its newest entry or all entries once', () => {
    const faults = ['list:missing-entry', 'list:empty-page'].map(parseFaultSpec)
    const { atlas } = createOpenWorld({ olderSnapshots: 2, faults })
    const answers = [1, 2, 3].map(() => list(atlas))
    expect(answers.map((answer) => fields(answer, 'description'))).toStrictEqual([
      ['older, 2 h'],
      [],
      ['older, 1 h', 'older, 2 h'],
    ])
    expect(answers.map(({ body }) => body['totalCount'])).toStrictEqual([2, 2, 2])
  })
})
