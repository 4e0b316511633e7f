import { describe } from '@jest/globals'
import { listMissing } from '../../script/programs.js'

/**
 * A `describe` whose tests need programs. Without one, they are skipped with a warning.
 *
 * @throws Error without one, if REQUIRE_SERVERS is 1
 */
export function describeWith(programs: readonly string[], title: string, body: () => void): void {
  const missing = listMissing(programs)
  if (missing === '') {
    describe(title, body)
  } else if (process.env['REQUIRE_SERVERS'] === '1') {
    throw new Error(`REQUIRE_SERVERS=1 is set, but these are not installed: ${missing}`)
  } else {
    console.warn(`SKIPPED, NOT TESTED: ${title}. Not installed: ${missing}.`)
    describe.skip(title, body)
  }
}
