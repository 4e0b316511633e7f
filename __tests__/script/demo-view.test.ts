import { describe, expect, it } from '@jest/globals'
import { summaryToText } from '../../script/demo-view.js'

describe('a job summary in a terminal', () => {
  it('has its table as names and values in two columns', () => {
    const row = (name: string, value: string) =>
      `<tr><th align="left">${name}</th><td><code>${value}</code></td></tr>`
    expect(summaryToText(`<table>${row('Cluster', 'demo')}${row('Kept until', 'tomorrow')}</table>`)).toBe(
      '  Cluster     demo\n  Kept until  tomorrow\n',
    )
  })

  it('shows where a link leads, and where that is all it says only once', () => {
    expect(summaryToText('<a href="http://a/">here</a>, <a href="http://b/">http://b/</a>')).toBe(
      'here (http://a/), http://b/',
    )
  })

  it('has the characters that were escaped, and no tags', () => {
    expect(summaryToText('<p><strong>a &lt;b&gt; &amp;amp; &quot;c&quot;</strong></p>')).toBe(
      'a <b> &amp; "c"',
    )
  })

  it('begins each item of a list with a dash', () => {
    expect(summaryToText('<ul><li>one</li>\n<li>two</li></ul>')).toBe('- one\n- two')
  })
})
