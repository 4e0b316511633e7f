import { afterEach } from '@jest/globals'

const own = process.env

/** Replaces the environment of this process, which the toolkit and Node read, too, until the end of the test. */
export function setEnvironment(variables: NodeJS.ProcessEnv): void {
  process.env = variables
}

afterEach(() => setEnvironment(own))
