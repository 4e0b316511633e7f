import { describe, expect, it } from '@jest/globals'
import { parseCommand } from '../../script/commands.js'
import { demoInputs } from '../../script/emulated-atlas.js'
import { adviseOnDeployment } from '../../src/action/deployment-advice.js'
import { type JsonObject, parseJsonObject } from '../../src/json.js'
import { type PlayedInProcess, playInProcess, type VirtualSetup } from '../support/in-process.js'
import { annotated, inWords, listSecrets, mentioning } from '../support/played.js'
import { commitStatuses } from '../support/rows/commit-statuses.js'
import { creating } from '../support/rows/creating.js'
import { dryRuns } from '../support/rows/dry-runs.js'
import { files } from '../support/rows/files.js'
import { inputs } from '../support/rows/inputs.js'
import { network } from '../support/rows/network.js'
import { otherSnapshots } from '../support/rows/other-snapshots.js'
import { rejections } from '../support/rows/rejections.js'
import { responses } from '../support/rows/responses.js'
import { brief, createNightly, noSnapshot, type Row, TAG } from '../support/rows/row.js'
import { serviceAccounts } from '../support/rows/service-accounts.js'
import { stopping } from '../support/rows/stopping.js'
import { HARMLESS_WORDS, summaryEnds } from '../support/rows/summaries.js'
import { readSummary } from '../support/summary-page.js'
import { TITLES } from '../support/titles.js'

// Without quotes.
expect.addSnapshotSerializer({ test: (value) => typeof value === 'string', print: String })

/** Further requests are mostly retries, whose number depends on the delays. */
const MAX_REQUESTS = 10
/** Nobody reads a longer annotation. The link to details does not count. */
const MAX_WORDS = 110
/** The only workflow commands of a step. */
const COMMANDS: readonly string[] = ['add-mask', 'debug', 'error', 'notice', 'warning']
const PROBLEM = /^(error|warning): /
const DURATION = /[\d.]+ (h|min|s|ms)\b( \d+ (min|s)\b)*/g
const rows = [
  ...[creating, rejections, responses, network, otherSnapshots, stopping],
  ...[inputs, dryRuns, serviceAccounts, commitStatuses, files],
].flatMap((each) => Object.entries(each))
const played = new Map<VirtualSetup, Promise<PlayedInProcess>>()

/** The result of the step, which is played only once, and after the others, because steps share the process's environment. */
function playOnce(setup: VirtualSetup): Promise<PlayedInProcess> {
  const run = played.get(setup) ?? Promise.allSettled(played.values()).then(() => playInProcess(setup))
  played.set(setup, run)
  return run
}

describe('a step', () => {
  it.each(rows)('%s', async (_, row) => {
    const { setup, error, mentions = [], created = 0, outputs = noSnapshot } = row
    const run = await playOnce(setup)
    const { result, errors } = run
    const titles = new Set(errors.map((text) => text.split(/ \| |: /)[0]))
    expect([result.exitCode, ...titles]).toStrictEqual(error === undefined ? [0] : [1, error])
    const text = errors.join('\n')
    expect(mentions.filter((fact) => !text.includes(fact))).toStrictEqual([])
    expect(text.includes(TAG)).toBe(mentions.includes(TAG))
    if (error !== undefined) {
      // Other annotations would distract from the error.
      expect(annotated(result, 'notice')).toStrictEqual([])
      if (result.outputs['snapshot-id']) expect(text).toContain('ID')
    }
    const [first = '', last = ''] = adviseOnDeployment('|').split('|')
    const isGuard = setup.inputs?.['dry-run'] === undefined && error !== TITLES.invalidInput
    for (const shown of errors)
      expect([shown.includes(first), shown.includes(last)]).toStrictEqual([isGuard, isGuard])
    if (!isGuard) expect(`${text} ${error && result.summary}`).not.toMatch(/deploy|re-run/i)
    if (error === TITLES.internalError) expect(result.lines).toContainEqual(mentioning('    at '))
    if (error === TITLES.invalidInput) expect(run.requests).toStrictEqual([])
    expect({ ...noSnapshot, ...result.outputs }).toMatchObject(outputs)
    expect(run.created).toBe(created)
    const { commitStatus, livingTokens = 0 } = row
    const states = error === TITLES.invalidInput ? [commitStatus] : ['pending', commitStatus]
    expect(readStatuses(run).map(({ state }) => state)).toStrictEqual(commitStatus ? states : [])
    expect(run.tokens.filter(({ isAlive }) => isAlive)).toHaveLength(livingTokens)
    expect(result.milliseconds).toBeLessThan(maxMilliseconds(row))
    expect(run.leftOpen).toStrictEqual([])
    expect(COMMANDS).toStrictEqual(expect.arrayContaining(result.commands.map(({ name }) => name)))
    expect(annotated(result).filter((annotation) => countWords(annotation) > MAX_WORDS)).toStrictEqual([])
  })

  it.each(rows)('%s, and masks its secrets before anything else, and its tokens', async (_, { setup }) => {
    const { result, tokens } = await playOnce(setup)
    const masks = result.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)
    const before = result.lines.findIndex((line) => !line.startsWith('::add-mask::'))
    const secrets = listSecrets({ ...demoInputs, ...setup.inputs }, setup.env)
    expect(masks.slice(0, before)).toStrictEqual(expect.arrayContaining(secrets))
    expect(masks).toStrictEqual(expect.arrayContaining(tokens.map(({ value }) => value)))
  })

  it('sends these requests and shows these errors and warnings', async () => {
    expect(await describeRows()).toMatchSnapshot()
  })

  it('logs one of these messages', async () => {
    const messages = ({ result: { lines } }: PlayedInProcess) =>
      lines.map(readLine).filter((line) => line !== '' && !PROBLEM.test(line))
    expect(await listTexts(messages)).toMatchSnapshot()
  })

  it('sets one of these commit statuses', async () => {
    const describe = ({ state, description }: JsonObject) => `${state}: ${inWords(`${description}`)}`
    expect(await listTexts((run) => readStatuses(run).map(describe))).toMatchSnapshot()
  })

  it('writes a summary with one of these outlines', async () => {
    const outlines = ({ result: { summary } }: PlayedInProcess) => (summary ? [outlineSummary(summary)] : [])
    expect(await listTexts(outlines)).toMatchSnapshot()
  })

  it('logs these lines if another snapshot is in progress', async () => {
    const { result } = await playInProcess({ atlas: brief, before: createNightly() })
    const lines = result.lines.map(readLine).filter((line) => line !== '')
    expect(lines.join('\n')).toMatchSnapshot()
  })
})

it.each(Object.entries(summaryEnds))('the summary of a step that %s is in these words', async (_, setup) => {
  const { result } = await playInProcess(setup(HARMLESS_WORDS))
  expect(inWords(result.summary).trimEnd()).toMatchSnapshot()
})

/** The limit of the row, by default 2 s after its cancellation or timeout. */
function maxMilliseconds({ setup: { cancelAtSeconds, inputs }, maxSeconds }: Row): number {
  const timeout = (Number(inputs?.['timeout-minutes']) || 60) * 60
  return (maxSeconds ?? Math.min(cancelAtSeconds ?? timeout, timeout) + 2) * 1000
}

function countWords(annotation: string): number {
  return annotation.replace(/ Details: .*/, '').split(/[ |]+/).length
}

/** The commit statuses that GitHub received. */
function readStatuses({ gitHubRequests }: PlayedInProcess): readonly JsonObject[] {
  return gitHubRequests.map(({ body = '' }) => parseJsonObject(body) ?? {})
}

/** Each row with its first requests, its errors and warnings, and whether it has a summary. */
async function describeRows(): Promise<string> {
  const sections: string[] = []
  for (const [name, { setup }] of rows) {
    const run = await playOnce(setup)
    const requests = run.requests.slice(0, MAX_REQUESTS).join(', ') || 'no requests'
    const problems = run.result.lines.map(readLine).filter((line) => PROBLEM.test(line))
    const missing = run.result.summary === '' ? ', no summary' : ''
    sections.push([`a step ${name}: ${requests}${missing}`, ...problems].join('\n  '))
  }
  return sections.join('\n')
}

/** What the rows say, each text once and without durations. In alphabetical order, so a new row moves no line. */
async function listTexts(toTexts: (run: PlayedInProcess) => readonly string[]): Promise<string> {
  const texts = new Set<string>()
  for (const [, { setup }] of rows)
    for (const text of toTexts(await playOnce(setup))) texts.add(text.replace(DURATION, 'DURATION'))
  return [...texts].sort().join('\n')
}

/** The headline of a summary without the title of an error, and which parts follow. */
function outlineSummary(text: string): string {
  const { headline, rows, chart, command } = readSummary(text)
  const parts = [...Object.keys(rows), ...(chart ? ['chart'] : []), ...(command ? ['restore command'] : [])]
  return `${headline.replace(/❌ .*: /, '❌ TITLE: ')} | ${parts.join(', ')}`
}

/** A line as its reader sees it, empty for stack traces, debug messages, and other commands. */
function readLine(line: string): string {
  const command = parseCommand(line)
  if (command === undefined) return / {4}at /.test(line) ? '' : inWords(line)
  const { name, properties, data } = command
  if (!['error', 'warning', 'notice'].includes(name)) return ''
  return inWords(`${name}: ${properties['title']} | ${data}`)
}
