import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createLogger, reportError, sanitizeLine } from '../../src/action/logger.js'
import { assertProperty } from '../support/assertions.js'
import { captureOutput } from '../support/captured-output.js'
import { hostileText } from '../support/hostile-text.js'

/** Line ends as the runner splits them. */
const LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/
const isCommand = (line: string) => line.trimStart().startsWith('::') || line.includes('##[')

describe('a plain line', () => {
  it.each([
    ['::error::x', ': :error::x'],
    ['\u00a0\ufeff::error::x', ': :error::x'],
    ['\r::error::x', ': :error::x'],
    ['before\r\n\r\n::error::x', 'before ::error::x'],
    ['a ##[set-output name=x]y', 'a # #[set-output name=x]y'],
    ['#\0#[error]', '# #[error]'],
    ['##\u200b[error]', '# #[error]'],
    ['\u001b[31mred', '[31mred'],
    ['', ''],
    ['An ordinary text: it says #1 [and] a::b.', 'An ordinary text: it says #1 [and] a::b.'],
  ])('sanitizes %j to %j', (text, expected) => {
    expect(sanitizeLine(text)).toBe(expected)
  })

  it('has at most 4000 characters, and loses its middle if the text is longer', () => {
    expect(sanitizeLine('x'.repeat(4_000))).toBe('x'.repeat(4_000))
    expect(sanitizeLine(`x${' x'.repeat(2_000)}`)).toBe(`${'x '.repeat(1_000)}…${' x'.repeat(999)}`)
    // Line breaks do not count.
    expect(sanitizeLine(`${'x'.repeat(4_000)}${'\n'.repeat(100)}`)).toBe('x'.repeat(4_000))
    expect(sanitizeLine('##['.repeat(2_000))).toMatch(/^# (#\[# )+…( #\[#)+ #\[$/)
    expect(sanitizeLine(sanitizeLine('x '.repeat(9_000)))).toBe(sanitizeLine('x '.repeat(9_000)))
  })

  it('contains all visible characters and no Unicode format characters', () => {
    const changed: string[] = []
    for (let first = 0; first < 0x110000; first += 1024) {
      const codes = Array.from({ length: 1024 }, (_, index) => first + index)
      const text = String.fromCodePoint(...codes.filter((code) => code < 0xd800 || code > 0xdfff))
      const characters = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cn}]/gu, '')
      const visible = characters.replace(/\p{Cf}/gu, '')
      if (sanitizeLine(`a${characters}b`) !== `a${visible}b`) changed.push(visible)
    }
    expect(changed).toStrictEqual([])
  })
})

describe('the log', () => {
  it('writes an error with its title, and keeps its end, which contains what to do', () => {
    const output = captureOutput()
    reportError('Title: with\n::odd, things', `First. ${'x'.repeat(1_000_000)}. Last with tag [as-1f2e3d4c].`)
    output.stop()
    expect(output.lines()).toStrictEqual([
      '::error title=Title%3A with %3A%3Aodd%2C things::First. … Last with tag [as-1f2e3d4c].',
    ])
  })

  it('writes one line without further commands for any text from a server', () => {
    const logger = createLogger()
    assertProperty(
      fc.property(hostileText, (text) => {
        const output = captureOutput()
        logger.info(text)
        logger.debug(text)
        logger.notice(text)
        logger.warning(text)
        reportError(text, text)
        output.stop()
        const lines = output.text().split(LINE_ENDS).slice(0, -1)
        expect(lines).toHaveLength(5)
        expect(lines.join('')).not.toMatch(/\p{Cc}/u)
        expect(lines.filter(isCommand).map((line) => /^::(\w+)/.exec(line)?.[1])).toStrictEqual([
          'debug',
          'notice',
          'warning',
          'error',
        ])
      }),
      { numRuns: 500 },
    )
  })
})
