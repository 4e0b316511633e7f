import { expect } from '@jest/globals'
import { changing } from '../in-process.js'
import { TITLES } from '../titles.js'
import { createsOne, leavesQueued, noSnapshot, type Rows } from './row.js'

/** A bug in the action: reading a response header throws an unexpected error. */
const buggy = changing(({ headers }, { method }) => {
  const get = () => {
    throw new TypeError('boom')
  }
  return { headers: method === 'GET' ? new Proxy(headers, { get }) : headers }
})

/** The address of the action, so that errors link to help. */
export const published = {
  GITHUB_ACTION_REPOSITORY: 'octo-org/atlas-snapshot',
  GITHUB_ACTION_REF: 'v1',
} as const

const noOutputFile = { GITHUB_OUTPUT: '/nonexistent/output' } as const

/** Makes the toolkit write the outputs to a missing folder. */
export function loseOutputFile(): void {
  Object.assign(process.env, noOutputFile)
}

/** A bug in the action: writing the summary throws an unexpected error. */
const brokenSummary = Object.defineProperty({}, 'GITHUB_STEP_SUMMARY', {
  get: () => {
    throw new TypeError('boom')
  },
})

/** Steps whose runner files are missing or unused, and steps with a bug. */
export const files: Rows = {
  'fails before the first request if it cannot write its outputs': {
    setup: { env: noOutputFile },
    error: TITLES.outputsNotWritten,
    outputs: {},
  },
  'names its snapshot if it can no longer write its outputs': {
    setup: { at: [[0.01, loseOutputFile]] },
    error: TITLES.outputsNotWritten,
    // The URL is written before the first request.
    outputs: { ...noSnapshot, url: expect.stringContaining('demo') },
    created: 1,
  },
  'succeeds with a warning if it cannot write its summary': {
    setup: { env: { GITHUB_STEP_SUMMARY: '/nonexistent/summary' } },
    ...createsOne,
  },
  'writes no summary outside of a runner': {
    setup: { env: { GITHUB_STEP_SUMMARY: undefined } },
    ...createsOne,
  },
  'writes no summary if job-summary is false': {
    setup: { inputs: { 'job-summary': 'false' } },
    ...createsOne,
  },
  'writes no summary of invalid inputs if job-summary is false': {
    setup: { inputs: { 'job-summary': 'False', wait: 'yes' } },
    error: TITLES.invalidInput,
  },
  'succeeds with a warning if a bug breaks its summary': {
    setup: { env: brokenSummary },
    ...createsOne,
  },
  'reports its invalid inputs even if a bug breaks their summary': {
    setup: { env: brokenSummary, inputs: { wait: 'yes' } },
    error: TITLES.invalidInput,
  },
  'ignores a variable of the user that is no input': {
    setup: { env: { input_dir: 'dist' } },
    ...createsOne,
  },
  'reports a bug as an internal error': {
    setup: { network: buggy, env: published },
    error: TITLES.internalError,
    ...leavesQueued,
  },
}
