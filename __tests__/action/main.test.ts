import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { parseCommand } from '../../script/commands.js'
import { SeededRandom } from '../../simulation/seeded-random.js'
import { main } from '../../src/action/main.js'
import { REMEDIES } from '../../src/atlas/remedies.js'
import { TITLES } from '../../src/titles.js'
import { createResponse, thrownBy } from '../support/http-responses.js'
import {
  type Network,
  type PlayedInProcess,
  playInProcess,
  type VirtualSetup,
} from '../support/in-process.js'
import { demoAccount, inWords, mentioning } from '../support/played.js'
import { commitStatuses } from '../support/rows/commit-statuses.js'
import { conflicts } from '../support/rows/conflicts.js'
import { creating } from '../support/rows/creating.js'
import { dryRuns } from '../support/rows/dry-runs.js'
import { existingSnapshots } from '../support/rows/existing-snapshots.js'
import { files } from '../support/rows/files.js'
import { inputs, proxyPassword } from '../support/rows/inputs.js'
import { network } from '../support/rows/network.js'
import { outputValues } from '../support/rows/outputs.js'
import { rejections } from '../support/rows/rejections.js'
import { responses } from '../support/rows/responses.js'
import { completed, noSnapshot, type Row } from '../support/rows/row.js'
import { serviceAccounts } from '../support/rows/service-accounts.js'
import { stopping } from '../support/rows/stopping.js'
import { HARMLESS_WORDS, HOSTILE_WORDS, summaryEnds } from '../support/rows/summaries.js'
import { readSummary, type SummaryPage } from '../support/summary-page.js'

// Without quotes.
expect.addSnapshotSerializer({ test: (value) => typeof value === 'string', print: String })

const TAG = '[as-TAG]'
/** The only workflow commands of a step. */
const COMMANDS: readonly string[] = ['add-mask', 'debug', 'error', 'notice', 'warning']
const rows = [
  ...creating,
  ...rejections,
  ...responses,
  ...network,
  ...conflicts,
  ...existingSnapshots,
  ...stopping,
  ...inputs,
  ...dryRuns,
  ...serviceAccounts,
  ...commitStatuses,
  ...files,
  ...outputValues,
]
const played = new Map<VirtualSetup, Promise<PlayedInProcess>>()

/** The result of the step, which is played only once. */
function playOnce(setup: VirtualSetup): Promise<PlayedInProcess> {
  const run = played.get(setup) ?? playInProcess(setup)
  played.set(setup, run)
  return run
}

describe('a step', () => {
  it.each(rows)('$name', async (row) => {
    const { setup, requests, error, mentions = [], warnings = [], created = 0 } = row
    const { outputs = created === 0 ? noSnapshot : error === undefined ? completed : {} } = row
    const run = await playOnce(setup)
    const { exitCode, errors, notices } = run
    const titles = new Set(errors.map((text) => text.split(/ \| |: /)[0]))
    expect({ exitCode, titles: [...titles] }).toStrictEqual(
      error === undefined ? { exitCode: 0, titles: [] } : { exitCode: 1, titles: [error] },
    )
    if (error !== undefined) {
      const text = errors.join('\n')
      expect(text).toStrictEqual(mentioning(...mentions))
      // An error contains the tag only if a snapshot with an unknown ID might exist.
      expect(text.includes(TAG)).toBe(mentions.includes(TAG))
      // Other annotations would distract from the error.
      expect(notices).toStrictEqual([])
    }
    expect(run.warnings).toStrictEqual(warnings.map((facts) => mentioning(...facts)))
    if (requests !== undefined) expect(run.requests).toStrictEqual(requests)
    expect({ ...noSnapshot, ...run.result.outputs }).toMatchObject(outputs)
    expect(run.created).toBe(created)
    const { commitStatus, livingTokens = 0, hasSummary = true } = row
    expect(run.commitStatuses).toMatchObject(
      [...(commitStatus === undefined || error === TITLES.invalidInput ? [] : ['pending']), commitStatus]
        .filter((state) => state !== undefined)
        .map((state) => ({ state })),
    )
    expect(run.tokens.filter(({ isAlive }) => isAlive)).toHaveLength(livingTokens)
    expect(run.result.milliseconds).toBeLessThan(maxMilliseconds(row))
    expect(run.result.summary !== '').toBe(hasSummary)
    expect(run.leftOpen).toStrictEqual([])
    expect(COMMANDS).toStrictEqual(expect.arrayContaining(run.result.commands.map(({ name }) => name)))
  })

  it('masks its secrets before it writes anything else, and masks its tokens', async () => {
    for (const { name, setup } of rows) {
      const { result, tokens } = await playOnce(setup)
      const lines = result.lines.findIndex((line) => !line.startsWith('::add-mask::'))
      const first = result.commands.slice(0, lines).map(({ data }) => data)
      const masks = result.commands.filter((command) => command.name === 'add-mask').map(({ data }) => data)
      expect({ name, first }).toStrictEqual({ name, first: expect.arrayContaining(listSecrets(setup)) })
      expect({ name, masks }).toStrictEqual({
        name,
        masks: expect.arrayContaining(tokens.map(({ value }) => value)),
      })
    }
  })

  it.each([
    ['a private key', { 'private-key': '5ec##[2e7\u200b.' }, '5ec##[2e7\u200b.'],
    ['an access token', demoAccount, '5ec##[2e7.'],
  ])('masks %s in its logged form if Atlas repeats it', async (_, given, secret) => {
    const network: Network = () => async (request) =>
      request.url.pathname.endsWith('/token')
        ? createResponse(200, { access_token: secret })
        : createResponse(403, { errorCode: 'ODD', detail: `Not with ${secret}` })
    const { result, errors } = await playInProcess({ inputs: given, network })
    const masks = result.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)
    const log = result.lines.filter((line) => !line.startsWith('::add-mask::')).join('\n')
    const shown = masks.reduce((text, mask) => text.replaceAll(mask, '***'), `${log}\n${result.summary}`)
    expect(errors).toStrictEqual([mentioning('ODD', '2e7')])
    expect(shown).not.toMatch(/5ec|2e7/)
  })

  it('does not report a bug as an invalid input', async () => {
    const env = {
      get NODE_TLS_REJECT_UNAUTHORIZED(): string {
        throw new RangeError('boom')
      },
    }
    expect(await thrownBy(() => main(env))).toBeInstanceOf(RangeError)
  })

  it('logs each message in these words', async () => {
    expect(await collectMessages()).toMatchSnapshot()
  })
})

describe('the summary of a step that', () => {
  it.each(summaryEnds)('$name shows untrusted text only as text', async ({ setup }) => {
    const harmless = await playInProcess(setup(HARMLESS_WORDS))
    const hostile = await playInProcess(setup(HOSTILE_WORDS))
    // It throws an error for elements that the summary does not use.
    const page = readSummary(hostile.result.summary)
    const texts = [...page.paragraphs, ...Object.values(page.rows)]
    expect(texts.join('\n')).toStrictEqual(mentioning('</code></td></table>'))
    expect(describeForm(page)).toStrictEqual(describeForm(readSummary(harmless.result.summary)))
    // The log does not contain the text as a command.
    expect(hostile.errors).toHaveLength(harmless.errors.length)
  })

  it('is written in these words', async () => {
    const texts: string[] = []
    for (const { name, setup } of summaryEnds) {
      const { result } = await playInProcess(setup(HARMLESS_WORDS))
      texts.push(`The summary of a step that ${name}:\n\n${inWords(result.summary)}`)
    }
    expect(texts.join('\n')).toMatchSnapshot()
  })
})

/** Everything except the text. */
function describeForm({ headline, paragraphs, rows, links, chart, command }: SummaryPage) {
  const bars = chart?.split('\n').map((line) => line.replace(/^.* :/, ''))
  return { headline, paragraphs: paragraphs.length, rows: Object.keys(rows), links, bars, command }
}

it('a step that is canceled ends after the 1 s for its POST and the 4 s for the rest, although GitHub and the revocation hang', async () => {
  const random = new SeededRandom(1, 'cancellation')
  for (let count = 0; count < 20; count++) {
    const cancelAtSeconds = random.magnitude(0.01, 200)
    const { result } = await playInProcess({
      inputs: { ...demoAccount, 'github-token': 'ghs_5ec2e7ofTheRun' },
      faults: [
        'revoke:hang',
        random.pick(['get:delay=3000:times=always', 'create:hang', 'token:hang', 'create:503']),
      ],
      github: 'hang',
      cancelAtSeconds,
    })
    const excess = result.milliseconds - cancelAtSeconds * 1_000
    expect({ cancelAtSeconds, excess: excess > 5_000 ? excess : 'none' }).toStrictEqual({
      cancelAtSeconds,
      excess: 'none',
    })
  }
})

it('each remedy is shown by a row', () => {
  const shown = new Set(rows.map(({ error }) => error))
  const titles = Object.values(REMEDIES).map(({ title }) => title)
  expect(titles.filter((title) => !shown.has(title))).toStrictEqual([])
})

/** The limit of the row, by default 2 s after its cancellation or timeout. */
function maxMilliseconds({ setup: { cancelAtSeconds, inputs }, maxSeconds }: Row): number {
  const timeout = (Number(inputs?.['timeout-minutes']) || 60) * 60
  return (maxSeconds ?? Math.min(cancelAtSeconds ?? timeout, timeout) + 2) * 1000
}

/** All secrets in the step's inputs and environment. */
function listSecrets({ inputs = {}, env = {} }: VirtualSetup): string[] {
  const given: Readonly<Record<string, string>> = { 'private-key': demo.privateKey, ...inputs }
  const secrets = [
    given['private-key'],
    given['client-secret'],
    given['github-token'],
    env['MONGODB_ATLAS_PRIVATE_API_KEY'],
    env['MONGODB_ATLAS_CLIENT_SECRET'],
    env['https_proxy'] && proxyPassword,
  ]
  return secrets.flatMap((secret) => secret || [])
}

/** Each message, below the first row that logs it. */
async function collectMessages(): Promise<string> {
  const seen = new Set<string>()
  const sections: string[] = []
  for (const { name, setup } of rows) {
    const { result } = await playOnce(setup)
    const fresh = result.lines.map(readLine).filter((line) => {
      // The same message with another duration, or as an annotation too, is not new.
      const text = line.replace(/^\w+: Snapshot for MongoDB Atlas \| /, '')
      const words = text.replace(/[\d.]+ (h|min|s|ms)\b( \d+ (min|s)\b)*/g, 'DURATION')
      const isFresh = line !== '' && !seen.has(words)
      seen.add(words)
      return isFresh
    })
    if (fresh.length > 0) sections.push([`a step ${name}`, ...fresh.map((line) => `  ${line}`)].join('\n'))
  }
  return sections.join('\n\n')
}

/** A line as its reader sees it, empty for stack traces, debug messages, and other commands. */
function readLine(line: string): string {
  const command = parseCommand(line)
  if (command === undefined) return / {4}at /.test(line) ? '' : inWords(line)
  const { name, properties, data } = command
  if (!['error', 'warning', 'notice'].includes(name)) return ''
  return inWords(`${name}: ${properties['title']} | ${data}`)
}
