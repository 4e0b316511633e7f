import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe } from '@jest/globals'

/** Path of an installed program, in PATH or in the folders of Debian's servers. */
export function findProgram(name: string): string | undefined {
  const { PATH = '' } = process.env
  const folders = [...PATH.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return folders.map((folder) => join(folder, `${name}${suffix}`)).find((path) => existsSync(path))
}

/**
 * A `describe` whose tests need programs. Without one, they are skipped with a warning.
 *
 * @throws Error without one, if REQUIRE_SERVERS is 1
 */
export function describeWith(programs: readonly string[], title: string, body: () => void): void {
  const missing = programs.filter((program) => findProgram(program) === undefined).join(', ')
  if (missing === '') {
    describe(title, body)
  } else if (process.env['REQUIRE_SERVERS'] === '1') {
    throw new Error(`REQUIRE_SERVERS=1 is set, but these are not installed: ${missing}`)
  } else {
    console.warn(`SKIPPED, NOT TESTED: ${title}. Not installed: ${missing}.`)
    describe.skip(title, body)
  }
}
