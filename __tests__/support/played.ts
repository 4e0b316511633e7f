import { expect } from '@jest/globals'
import type { Atlas, AtlasOptions } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import type { RunResult } from '../../script/runner.js'
import { SeededRandom } from '../../simulation/seeded-random.js'
import type { Random } from '../../src/ports.js'

/** What surrounds a step: the behavior of Atlas, the inputs, and the environment. */
export interface Setup {
  readonly atlas?: AtlasOptions
  /** Faults in the emulator's notation, such as `create:reset:executed`. */
  readonly faults?: readonly string[]
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Without jitter and with half of each backoff. Each step draws the same digits. */
export function createRandom(): Random {
  const digits = new SeededRandom(1, 'step')
  return { fraction: () => 0.5, hex: (bytes) => digits.hex(bytes) }
}

/** An input that makes a step set a commit status. */
export const githubToken = 'ghs_5ec2e7'

/** Inputs with the demo's service account instead of its API key. */
export const accountInputs = {
  'public-key': '',
  'private-key': '',
  'client-id': demo.clientId,
  'client-secret': demo.clientSecret,
} as const

/** The result of a step. In texts, words replace IDs, tags, addresses, and paths. */
export function describeRun(result: RunResult, atlas: Atlas) {
  const requests = atlas.requests.map(({ operation, status }) => `${operation} ${status}`)
  return {
    result,
    exitCode: result.exitCode,
    errors: annotated(result, 'error'),
    warnings: annotated(result, 'warning'),
    /** Each request as `operation status`, 0 without a response. Polls in a row are one entry. */
    requests: requests.filter((request, at) => request !== 'get 200' || requests[at - 1] !== request),
  }
}

/** The annotations of a run, or those of one kind, as `title | text`. */
export function annotated({ annotations }: RunResult, kind?: string): string[] {
  return annotations
    .filter(({ name }) => kind === undefined || name === kind)
    .map(({ properties, data }) => inWords(`${properties['title']} | ${data}`))
}

/** The text with words instead of values that differ from run to run. */
export function inWords(text: string): string {
  return text
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://atlas')
    .replace(/\b(?!5f1e2d3c4b5a69788796a5b4)[0-9a-f]{24}\b/g, 'ID')
    .replace(/\[as-[0-9a-f]{8}\]/g, '[as-TAG]')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'INSTANT')
    .replace(/(?:[A-Z]:)?([\\/])nonexistent\1\w+/g, 'FILE')
}

/**
 * Matches a text that contains each of these facts, in any order.
 *
 * @throws Error without facts, because it would match any text
 */
export function mentioning(...facts: readonly string[]): ReturnType<typeof expect.stringMatching> {
  if (facts.length === 0) throw new Error('no facts to mention')
  const lookaheads = facts.map((fact) => `(?=[^]*${fact.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')})`)
  return expect.stringMatching(new RegExp(`^${lookaheads.join('')}`))
}

/** The secrets in these inputs and this environment. */
export function listSecrets(inputs: Readonly<Record<string, string>>, env: Setup['env'] = {}): string[] {
  return [
    ...[inputs['private-key'], inputs['client-secret'], inputs['github-token']],
    ...[env['MONGODB_ATLAS_PRIVATE_API_KEY'], env['MONGODB_ATLAS_CLIENT_SECRET']],
  ].flatMap((secret) => secret || [])
}

/** Texts that contain a secret or a value that was computed from one. */
const AUTHORIZATION = /authorization|digest username|cnonce|response=|(basic|bearer) [\w.~+/-]{16}/i

/**
 * @param more secrets that the inputs and the environment do not contain, such as tokens
 * @throws Error if a run shows a secret or a value that was computed from one
 */
export function assertNoSecretShown(
  { lines, outputFile, summary }: RunResult,
  inputs: Readonly<Record<string, string>>,
  env: Setup['env'] = {},
  more: readonly string[] = [],
): void {
  const accounts = [
    [demo.clientId, demo.clientSecret],
    [inputs['client-id'], inputs['client-secret']],
    [env['MONGODB_ATLAS_CLIENT_ID'], env['MONGODB_ATLAS_CLIENT_SECRET']],
  ]
  const sent = accounts.map((pair) => Buffer.from(pair.join(':')).toString('base64'))
  const secrets = [demo.privateKey, demo.clientSecret, ...listSecrets(inputs, env), ...sent, ...more]
  // The runner removes these lines from the log.
  const shown = lines.filter((line) => !line.startsWith('::add-mask::'))
  const everything = [...shown, outputFile, summary].join('\n')
  const leak = secrets.find((secret) => everything.includes(secret)) ?? AUTHORIZATION.exec(everything)?.[0]
  if (leak !== undefined) throw new Error(`the run shows ${leak}`)
}
