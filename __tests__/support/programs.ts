import { describe, it } from '@jest/globals'
import { findProgram } from '../../script/find-program.js'

/**
 * A `describe` whose tests need a program, or several. Where one is missing they are skipped, which is said aloud; with
 * REQUIRE_SERVERS=1 they fail.
 */
export function describeWith(programs: string | readonly string[], title: string, body: () => void): void {
  const missing = [programs].flat().filter((program) => findProgram(program) === undefined)
  describeUnlessMissing(missing, title, body)
}

/** The same for whatever else tests need; `missing` names what of it is not there. */
export function describeUnlessMissing(missing: readonly string[], title: string, body: () => void): void {
  const { REQUIRE_SERVERS } = process.env
  const names = missing.join(', ')
  if (missing.length === 0) {
    describe(title, body)
  } else if (REQUIRE_SERVERS === '1') {
    describe(title, () => {
      it(`needs ${names}`, () => {
        throw new Error(`not installed: ${names}, and REQUIRE_SERVERS=1 says that it has to be`)
      })
    })
  } else {
    console.warn(`SKIPPED, NOT TESTED: ${title}. Not installed: ${names}.`)
    describe.skip(title, body)
  }
}
