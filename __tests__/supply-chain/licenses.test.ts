import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { collectLicenses } from '../../script/package.js'
import { projectRoot } from '../../script/root.js'

const root = mkdtempSync(join(tmpdir(), 'atlas-snapshot-licenses-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('the licences of what is in the bundle', () => {
  it('are all allowed, and lie beside the bundle as they are now', () => {
    expect(readFileSync(join(projectRoot(), 'dist', 'licenses.txt'), 'utf8')).toBe(
      collectLicenses(projectRoot()),
    )
  })

  it('are given with name, version and text', () => {
    expect(collectLicenses(createProject({ license: 'ISC' }))).toBe(
      'left-pad 1.2.3\nISC\n\nDo as you like.\n',
    )
  })

  it.each([
    ['GPL-3.0-only', 'node_modules/left-pad has the licence GPL-3.0-only, not 0BSD, Apache-2.0,'],
    ['MIT OR GPL-2.0', 'node_modules/left-pad has the licence MIT OR GPL-2.0, not'],
    [undefined, 'node_modules/left-pad has no licence'],
  ])('stop the build where one is %s', (license, message) => {
    expect(() => collectLicenses(createProject({ license }))).toThrow(message)
  })

  it('do not matter for what only developers use', () => {
    expect(collectLicenses(createProject({ license: 'GPL-3.0-only', dev: true }))).toBe('')
  })
})

/** A project with one dependency, of which its lock file says this. */
function createProject(facts: { readonly license: string | undefined; readonly dev?: boolean }): string {
  const path = 'node_modules/left-pad'
  mkdirSync(join(root, path), { recursive: true })
  writeFileSync(join(root, path, 'LICENSE'), 'Do as you like.\r\n')
  writeFileSync(
    join(root, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, [path]: { version: '1.2.3', ...facts } } }),
  )
  return root
}
