import { expect, it } from '@jest/globals'
import { LogView } from '../../script/log-view.js'

it('a log is shown as on GitHub, with secrets hidden', () => {
  const view = new LogView([])
  const shown = ['::add-mask::hush', '::debug::x', '::notice title=T::show hush', 'hush%0A!'].flatMap(
    (line) => view.render(line),
  )
  expect(shown).toStrictEqual(['Notice: T: show ***', '***%0A!'])
})
