import { describe, expect, it } from '@jest/globals'
import { findOutputProblem } from '../../src/action/output-rules.js'
import { mentioning } from '../support/played.js'

const id = '6a7f1e2d3c4b5a6978879601'

describe('the output', () => {
  it.each([
    ['created-at', '2026-08-10T03:28:08Z'],
    ['created-at', '2026-08-10T03:28:08.123Z'],
    ['expires-at', '2026-08-10T03:28Z'],
    ['expires-at', '2026-08-10T03:28:08+02:00'],
    ['type', 'replicaSet'],
    ['type', 'shardedCluster'],
    ['snapshot-ids', '[]'],
    ['snapshot-ids', `["${id}","${id.toUpperCase()}"]`],
    ['description', 'anything'],
    ...['created-at', 'expires-at', 'type', 'snapshot-ids', 'snapshot'].map((name) => [name, '']),
  ])('%s accepts %j', (name = '', value = '') => {
    expect(findOutputProblem(name, value)).toBeUndefined()
  })

  it.each([
    ['created-at', '1754796488000'],
    ['created-at', '2026-08-10'],
    ['created-at', '2026-08-10T03:28:08'],
    ['created-at', '2026-13-10T03:28:08Z'],
    ['created-at', ' 2026-08-10T03:28:08Z'],
    ['created-at', '2026-08-10T03:28:08Z\nx'],
    ['expires-at', 'Mon, 10 Aug 2026 03:28:08 GMT'],
    ['type', 'replicaset'],
    ['type', 'replicaSet '],
    ['type', 'geoSharded'],
  ])('%s rejects %j', (name = '', value = '') => {
    expect(findOutputProblem(name, value)).toStrictEqual({ reason: mentioning(value), emptyValue: '' })
  })

  it.each([['["x"]'], [`["${id}","${id}0"]`], [`["${id}","../${id}"]`]])(
    'snapshot-ids rejects %s, and becomes an empty list',
    (value) => {
      expect(findOutputProblem('snapshot-ids', value)).toStrictEqual({
        reason: mentioning('24 hexadecimal digits'),
        emptyValue: '[]',
      })
    },
  )

  it('snapshot-ids accepts 2,400 IDs, rejects more than 64 KiB, and becomes an empty list', () => {
    const list = (length: number) => JSON.stringify(Array.from({ length }, () => id))
    expect(findOutputProblem('snapshot-ids', list(2_400))).toBeUndefined()
    const problem = findOutputProblem('snapshot-ids', list(2_500))
    expect(problem).toStrictEqual({ reason: mentioning('64.0 KiB'), emptyValue: '[]' })
  })

  it.each([
    ['snapshot', 512],
    ['description', 64],
  ])('%s rejects more than %s KiB in UTF-8', (name, kibibytes) => {
    const bytes = kibibytes * 1024
    expect(findOutputProblem(name, 'ä'.repeat(bytes / 2))).toBeUndefined()
    for (const value of ['x'.repeat(bytes + 1), 'ä'.repeat(bytes / 2 + 1)]) {
      expect(findOutputProblem(name, value)).toStrictEqual({
        reason: mentioning(`${kibibytes}`),
        emptyValue: '',
      })
    }
  })

  it('is quoted in part if it is long', () => {
    expect(findOutputProblem('type', 'x '.repeat(1000))?.reason.length).toBeLessThan(200)
  })
})
