import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { escapeHtml, linkify } from '../../src/action/html.js'
import { assertProperty } from '../support/assertions.js'
import { hostileText } from '../support/hostile-text.js'

describe('escaped text', () => {
  it.each([
    ['a <b> & "c" \'d\'', "a &lt;b&gt; &amp; &quot;c&quot; 'd'"],
    ['&lt;', '&amp;lt;'],
    ['one\n\ntwo\r\n\u2028three', 'one two three'],
    ['  \t ', ''],
    ['pay\u202Egnp.exe\u200B', 'paygnp.exe'],
  ])('of %j is %j', (text, expected) => {
    expect(escapeHtml(text)).toBe(expected)
  })

  it('is one line without markup for any text', () => {
    assertProperty(
      fc.property(hostileText, (text) => {
        const html = escapeHtml(text)
        expect(html.replaceAll(/&(?:amp|lt|gt|quot);/g, '')).not.toMatch(/[<>"&\p{Cc}\u2028\u2029]/u)
      }),
    )
  })
})

describe('the URLs in a text', () => {
  it.each([
    ['See https://a.example/b.', 'https://a.example/b'],
    [
      'in (http://127.0.0.1:1/v2/5f#/clusters/backup/shop) of',
      'http://127.0.0.1:1/v2/5f#/clusters/backup/shop',
    ],
    ['https://a.example/?b=1&c=2; https://d.example,', 'https://a.example/?b=1&amp;c=2', 'https://d.example'],
    ['https://a.example/"onclick="x', 'https://a.example/'],
    ['status.mongodb.com'],
  ])('of %j are links', (text, ...urls) => {
    const links = [...linkify(text).matchAll(/<a href="(.*?)">/g)]
    expect(links.map(([, url]) => url)).toStrictEqual(urls)
  })

  it('are the only elements, start with http or https, show their target, and change no other text', () => {
    const url = hostileText.map((text) => `https://a.example/${text}`)
    const withUrls = fc.array(fc.oneof(hostileText, url, fc.constant('http://')))
    assertProperty(
      fc.property(withUrls, fc.constantFrom('', ' '), (parts, separator) => {
        const text = parts.join(separator)
        const shown = linkify(text).replaceAll(/<a href="(https?:\/\/[^"<>\s]+)">\1<\/a>/g, '$1')
        expect(shown).toBe(escapeHtml(text))
      }),
    )
  })
})
