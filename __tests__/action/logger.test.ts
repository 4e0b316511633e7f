import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createLogger, reportError, sanitizeLine } from '../../src/action/logger.js'
import { assertProperty } from '../support/assertions.js'
import { CapturedOutput } from '../support/captured-output.js'

/** The two forms of commands, as the runner looks for them in each line. */
const LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/
const isCommand = (line: string) => line.trimStart().startsWith('::') || line.includes('##[')

/** Text that is full of what makes up commands. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(':', '::', '#', '##', '##[', '[', ']', 'error', '::warning::', ' ', '%0A'),
        fc.constantFrom(
          '\r',
          '\n',
          '\r\n',
          '\t',
          '\0',
          '\v',
          '\f',
          '\u001b',
          '\u0085',
          '\u2028',
          '\u2029',
          '\ufeff',
        ),
        fc.string({ maxLength: 3 }),
      ),
    )
    .map((parts) => parts.join('')),
)

describe('a plain line', () => {
  it.each([
    ['::error::x', ': :error::x'],
    ['  ::error::x', ': :error::x'],
    ['\u00a0\ufeff::error::x', ': :error::x'],
    ['::::', ': :::'],
    ['\r::error::x', ': :error::x'],
    ['before\n::error::x', 'before ::error::x'],
    ['before\r\n\r\n::error::x', 'before ::error::x'],
    ['before\u2028::error::x\u2029', 'before ::error::x'],
    ['a ##[set-output name=x]y', 'a # #[set-output name=x]y'],
    ['####[error]##[error]', '### #[error]# #[error]'],
    ['#\0#[error]', '# #[error]'],
    ['\u001b[31mred', '[31mred'],
    ['', ''],
    ['An ordinary text: it says #1 [and] a::b.', 'An ordinary text: it says #1 [and] a::b.'],
  ])('of %j is %j', (text, expected) => {
    expect(sanitizeLine(text)).toBe(expected)
  })

  it('of a long text has 4000 characters, and no middle', () => {
    expect(sanitizeLine('x'.repeat(4_000))).toBe('x'.repeat(4_000))
    expect(sanitizeLine(`x${' x'.repeat(2_000)}`)).toBe(`${'x '.repeat(1_000)}…${' x'.repeat(999)}`)
    // What breaks lines is gone before, and does not count.
    expect(sanitizeLine(`${'x'.repeat(4_000)}${'\n'.repeat(100)}`)).toBe('x'.repeat(4_000))
    expect(sanitizeLine('##['.repeat(2_000))).toMatch(/^# (#\[# )+…( #\[#)+ #\[$/)
    expect(sanitizeLine(sanitizeLine('x '.repeat(9_000)))).toBe(sanitizeLine('x '.repeat(9_000)))
  })

  it('has none of Unicode’s format characters, and all others that can be seen', () => {
    const all = Array.from({ length: 0x110000 }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
    const differing = all.filter((character) => {
      if (/[\p{Cc}\p{Zl}\p{Zp}\p{Cn}]/u.test(character)) return false
      return sanitizeLine(`a${character}b`) !== (/\p{Cf}/u.test(character) ? 'ab' : `a${character}b`)
    })
    expect(differing).toEqual([])
  })

  it('of any text is one line, and no command', () => {
    assertProperty(
      fc.property(hostile, (text) => {
        const line = sanitizeLine(text)
        expect(line).not.toMatch(LINE_ENDS)
        expect(line).not.toMatch(/\p{Cc}/u)
        expect(isCommand(line)).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  it('of a plain line is itself', () => {
    assertProperty(
      fc.property(hostile, (text) => expect(sanitizeLine(sanitizeLine(text))).toBe(sanitizeLine(text))),
    )
  })
})

describe('the log', () => {
  const output = new CapturedOutput()
  beforeEach(() => output.start())
  afterEach(() => output.stop())

  it('writes each kind as the runner reads it', () => {
    const logger = createLogger()
    logger.debug('one')
    logger.info('two')
    logger.notice('three')
    logger.warning('four')
    expect(output.lines()).toEqual([
      '::debug::one',
      'two',
      '::notice title=Atlas snapshot::three',
      '::warning title=Atlas snapshot::four',
    ])
  })

  it('writes an error with its title, and leaves the exit code to the guard', () => {
    process.exitCode = 0
    reportError('Title: with\n::odd, things', 'what\r\n##[error]happened')
    expect(process.exitCode).toBe(0)
    expect(output.lines()).toEqual([
      '::error title=Title%3A with %3A%3Aodd%2C things::what # #[error]happened',
    ])
  })

  it('keeps of an error what is left in Atlas and what to do, however much a server says', () => {
    const end =
      'Atlas may have taken a snapshot, tagged [as-1f2e3d4c]. Look for it before running this again.'
    reportError('Title', `Refused: ${'x'.repeat(1_000_000)}. ${end}`)
    const [line = ''] = output.lines()
    expect(line).toMatch(/^::error title=Title::Refused: … Atlas may/)
    expect(line.endsWith(end)).toBe(true)
    expect(line.length).toBeLessThan(4_100)
  })

  it('writes one line for any text of a server, in which nothing is a command but what is meant', () => {
    const logger = createLogger()
    assertProperty(
      fc.property(hostile, (text) => {
        output.clear()
        logger.info(text)
        logger.debug(text)
        logger.notice(text)
        logger.warning(text)
        reportError(text, text)
        const lines = output.text().split(LINE_ENDS).slice(0, -1)
        expect(lines).toHaveLength(5)
        expect(lines.filter(isCommand).map((line) => /^::(\w+)/.exec(line)?.[1])).toEqual([
          'debug',
          'notice',
          'warning',
          'error',
        ])
      }),
    )
  })
})
