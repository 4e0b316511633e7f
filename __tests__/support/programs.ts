import { describe, it } from '@jest/globals'
import { findProgram } from '../../script/find-program.js'

/**
 * A `describe` whose tests need these programs. If one is missing, the tests are skipped with a warning. With
 * REQUIRE_SERVERS=1, they fail.
 */
export function describeWith(programs: string | readonly string[], title: string, body: () => void): void {
  const missing = [programs].flat().filter((program) => findProgram(program) === undefined)
  describeUnlessMissing(missing, title, body)
}

/** The same for other requirements. `missing` names those that are not met. */
export function describeUnlessMissing(missing: readonly string[], title: string, body: () => void): void {
  const { REQUIRE_SERVERS } = process.env
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
