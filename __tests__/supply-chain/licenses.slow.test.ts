import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { collectLicenses, isCurrent } from '../../script/package.js'

const root = mkdtempSync(join(tmpdir(), 'atlas-snapshot-licenses-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const onPosix = process.platform === 'win32' ? it.skip : it
onPosix('dist/ is built from the current source and dependencies (on Windows, it has other paths)', () => {
  expect(isCurrent()).toBe(true)
})

it.each([
  ['GPL-3.0-only', /node_modules\/left-pad.*GPL-3\.0-only.*Apache-2\.0/],
  ['MIT OR GPL-2.0', /node_modules\/left-pad.*MIT OR GPL-2\.0/],
  [undefined, /node_modules\/left-pad/],
])('the licenses of the packages in the bundle stop the build if one is %s', (license, message) => {
  expect(() => collectLicenses(createProject(license))).toThrow(message)
})

/** Creates a project with one dependency that has this license. */
function createProject(license: string | undefined): string {
  const path = 'node_modules/left-pad'
  mkdirSync(join(root, path), { recursive: true })
  writeFileSync(join(root, path, 'LICENSE'), 'Do as you like.\r\n')
  writeFileSync(
    join(root, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, [path]: { version: '1.2.3', license } } }),
  )
  return root
}
