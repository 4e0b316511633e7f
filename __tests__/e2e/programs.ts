import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it } from '@jest/globals'

/** Path of a program that is installed, on PATH or where Debian keeps servers. */
export function findProgram(name: string): string | undefined {
  const { PATH = '' } = process.env
  const folders = [...PATH.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return folders.map((folder) => join(folder, `${name}${suffix}`)).find(isExecutable)
}

/**
 * A `describe` whose tests need a program. Where that is missing they are skipped, which is said aloud; with
 * REQUIRE_SERVERS=1 they fail.
 */
export function describeWith(program: string, title: string, body: () => void): void {
  const { REQUIRE_SERVERS } = process.env
  if (findProgram(program) !== undefined) {
    describe(title, body)
  } else if (REQUIRE_SERVERS === '1') {
    describe(title, () => {
      it(`needs ${program}`, () => {
        throw new Error(`${program} is not installed, and REQUIRE_SERVERS=1 says that it has to be`)
      })
    })
  } else {
    console.warn(`SKIPPED, NOT TESTED: ${title}. ${program} is not installed.`)
    describe.skip(title, body)
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
