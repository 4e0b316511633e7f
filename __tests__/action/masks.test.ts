import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { escapeHtml } from '../../src/action/html.js'
import { sanitizeLine } from '../../src/action/logger.js'
import { listForms } from '../../src/action/masks.js'
import { formatErrorResponse } from '../../src/atlas/error-response.js'
import { assertProperty } from '../support/assertions.js'

describe('the list of forms of a secret', () => {
  it.each([
    ['5ec2e7', ['5ec2e7']],
    [' 5ec2e7\n', ['5ec2e7']],
    ['5ec##[2e7', ['5ec##[2e7', '5ec# #[2e7']],
    ['5ec\u200b2e7', ['5ec\u200b2e7', '5ec2e7']],
    ['5ec\r\n2e7', ['5ec\r\n2e7', '5ec 2e7']],
    ['::5ec2e7', ['::5ec2e7', ': :5ec2e7']],
    ['5ec2e7##', ['5ec2e7##', '5ec2e7# #']],
    ['::5ec\u200b2e7##', ['::5ec\u200b2e7##', ': :5ec2e7##', '::5ec2e7##', '::5ec2e7# #']],
    ['5ec2e7. .', ['5ec2e7. .', '5ec2e7']],
    ['5ec<&>2e7', ['5ec<&>2e7', '5ec&lt;&amp;&gt;2e7']],
    ['...', ['...']],
    [' \u200b', ['\u200b']],
    [' ', []],
    ['x'.repeat(8000), ['x'.repeat(8000)]],
  ])('contains every form of %j that the log can contain', (secret, forms) => {
    expect(listForms(secret)).toStrictEqual(forms)
  })

  /** Characters that the log changes, alone or next to others. */
  const character = fc.constantFrom(
    ...['a', '#', '[', ':', '.', ' ', '\n', '\u200b', '\u001b', '<', '&', '"', '%', "'"],
  )
  const text = fc.string({ unit: character, maxLength: 6 })
  const secrets = fc
    .string({ unit: character, minLength: 1, maxLength: 6 })
    .filter((secret) => /a/.test(secret))

  it('contains the logged form for any text around the secret', () => {
    assertProperty(
      fc.property(secrets, text, text, (secret, before, after) => {
        const said = `${before}${secret.trim()}${after}`
        const detail = formatErrorResponse({
          status: 400,
          errorCode: undefined,
          detail: said,
          parameters: [],
        })
        const lines = [sanitizeLine(said), sanitizeLine(detail), escapeHtml(detail)]
        const forms = listForms(secret)
        for (const line of lines) expect(forms.some((form) => line.includes(form))).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })
})
