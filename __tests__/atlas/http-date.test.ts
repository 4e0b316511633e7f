import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { transformSync } from '@swc/core'
import { httpDate } from '../../src/atlas/http-date.js'

describe('a date as HTTP writes it', () => {
  it.each([
    'Mon, 10 Aug 2026 03:01:30 GMT',
    'Monday, 10-Aug-26 03:01:30 GMT',
    'Mon Aug 10 03:01:30 2026',
    '  Mon, 10 Aug 2026 03:01:30 GMT ',
  ])('has three forms, of which one is %j', (value) => {
    expect(httpDate(value)).toBe(Date.UTC(2026, 7, 10, 3, 1, 30))
  })

  it.each([
    undefined,
    '',
    'soon',
    '2026-08-10T03:01:30Z',
    'Mon, 10 Aug 2026 03:01:30 CET',
    'Mon, 99 Abc 2026 03:01:30 GMT',
    'Mon Aug 10 03:01:30 2026 CET',
  ])('is not %j', (value) => {
    expect(httpDate(value)).toBeUndefined()
  })

  it.each(['Pacific/Kiritimati', 'America/New_York'])(
    'is read as UTC, though the runner lives in %s',
    (zone) => {
      // Only a process of its own has another time zone.
      const source = readFileSync(new URL('../../src/atlas/http-date.ts', import.meta.url), 'utf8')
      const { code } = transformSync(source, { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } })
      const value = 'Mon Aug 10 03:01:30 2026'
      const ask = `console.log(httpDate('${value}'), new Date(0).getTimezoneOffset() === 0)`
      const said = execFileSync(process.execPath, ['--input-type=module', '-e', `${code}\n${ask}`], {
        env: { ...process.env, TZ: zone },
        encoding: 'utf8',
      })
      expect(said).toBe(`${Date.UTC(2026, 7, 10, 3, 1, 30)} false\n`)
    },
  )
})
