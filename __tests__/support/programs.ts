import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it } from '@jest/globals'

/** Path of an installed program, in PATH or in the folders of Debian's servers. */
export function findProgram(name: string): string | undefined {
  const { PATH = '' } = process.env
  const folders = [...PATH.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return folders.map((folder) => join(folder, `${name}${suffix}`)).find((path) => existsSync(path))
}

/** A `describe` whose tests need programs. Without one, they are skipped with a warning, or fail with REQUIRE_SERVERS=1. */
export function describeWith(programs: readonly string[], title: string, body: () => void): void {
  const { REQUIRE_SERVERS } = process.env
  const missing = programs.filter((program) => findProgram(program) === undefined)
  const names = missing.join(', ')
  if (missing.length === 0) {
    describe(title, body)
  } else if (REQUIRE_SERVERS === '1') {
    describe(title, () => {
      it(`needs ${names}`, () => {
        throw new Error(`REQUIRE_SERVERS=1 is set, but these are not installed: ${names}`)
      })
    })
  } else {
    console.warn(`SKIPPED, NOT TESTED: ${title}. Not installed: ${names}.`)
    describe.skip(title, body)
  }
}
