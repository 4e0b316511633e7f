import { describe, expect, it } from '@jest/globals'
import { summaryToText } from '../../script/demo-view.js'

describe('a job summary in a terminal', () => {
  it('shows its table in two columns', () => {
    const row = (name: string, value: string) =>
      `<tr><th align="left">${name}</th><td><code>${value}</code></td></tr>`
    expect(summaryToText(`<table>${row('Cluster', 'demo')}${row('Expires', 'tomorrow')}</table>`)).toBe(
      '  Cluster  demo\n  Expires  tomorrow\n',
    )
  })

  it('shows the target of a link, but only once if it is also the text', () => {
    expect(summaryToText('<a href="http://a/">here</a>, <a href="http://b/">http://b/</a>')).toBe(
      'here (http://a/), http://b/',
    )
  })

  it('shows escaped characters and removes tags', () => {
    expect(summaryToText('<p><strong>a &lt;b&gt; &amp;amp; &quot;c&quot;</strong></p>')).toBe(
      'a <b> &amp; "c"',
    )
  })

  it('starts each list item with a dash', () => {
    expect(summaryToText('<ul><li>one</li>\n<li>two</li></ul>')).toBe('- one\n- two')
  })
})
