import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Known } from '../../src/action/outputs.js'
import { type SummaryFacts, summaryOf, writeSummary } from '../../src/action/summary.js'
import { snapshotOf } from '../../src/atlas/snapshot.js'
import { CapturedOutput } from '../support/captured-output.js'
import { joinRealms } from '../support/join-realms.js'
import { assertProperty } from '../support/property.js'

joinRealms()

const id = '6a7f1e2d3c4b5a6978879601'
const page = 'https://cloud.example/v2/5f1e2d3c4b5a69788796a5b4#/clusters/backup/shop-prod'

function facts(known: Known, failure?: SummaryFacts['failure']): SummaryFacts {
  return { clusterName: 'shop-prod', backupPage: page, known, failure }
}

function known(fields: Readonly<Record<string, unknown>> = {}, more: Omit<Known, 'snapshot'> = {}): Known {
  const snapshot = snapshotOf({ id, status: 'completed', ...fields })
  if (snapshot === undefined) throw new TypeError('no snapshot')
  return { snapshot, ...more }
}

/** The cells of the table, by the name of their row. */
function rows(summary: string): Record<string, string | undefined> {
  const cells = summary.matchAll(/<tr><th>([^<]*)<\/th><td>([^<]*)<\/td><\/tr>/g)
  return Object.fromEntries([...cells].map(([, name, value]) => [name, value]))
}

describe('the summary', () => {
  it('tells all of a completed snapshot', () => {
    const resource = {
      description: 'nightly [as-1f2e3d4c]',
      createdAt: '2026-08-10T03:28:08Z',
      expiresAt: '2026-08-11T03:29:24Z',
      storageSizeBytes: 1582854144,
    }
    const summary = summaryOf(facts(known(resource, { created: true, durationMs: 162_000 })))
    expect(summary).toContain('<h3>Atlas snapshot of shop-prod completed</h3>')
    expect(summary).toContain(`<a href="${page}">`)
    expect(rows(summary)).toEqual({
      Cluster: 'shop-prod',
      Snapshot: id,
      Status: 'completed',
      'Taken by this step': 'yes',
      Description: 'nightly [as-1f2e3d4c]',
      'Point in time': '2026-08-10T03:28:08Z',
      'Kept until': '2026-08-11T03:29:24Z',
      Size: '1.47 GiB',
      Waited: '2 min 42 s',
    })
  })

  it('has no row for what is not known', () => {
    expect(rows(summaryOf(facts({})))).toEqual({ Cluster: 'shop-prod' })
    expect(rows(summaryOf(facts(known({ description: '' }))))).toEqual({
      Cluster: 'shop-prod',
      Snapshot: id,
      Status: 'completed',
    })
  })

  it.each<[string, Known, string]>([
    ['taken', known({ status: 'queued' }, { created: true }), 'taken, queued'],
    ['adopted', known({ status: 'inProgress' }, { created: false }), 'adopted, inProgress'],
    ['unknown', {}, 'taken, status unknown'],
  ])('has a headline for a snapshot that is %s', (_, what, expected) => {
    expect(summaryOf(facts(what))).toContain(`<h3>Atlas snapshot of shop-prod ${expected}</h3>`)
  })

  it('says whether this step took the snapshot', () => {
    expect(rows(summaryOf(facts(known({}, { created: false }))))['Taken by this step']).toBe('no')
  })

  it('begins with what went wrong and what to do', () => {
    const failure = {
      title: 'Cluster not found',
      message: 'Refused (HTTP 404).',
      remedy: 'Check cluster-name.',
    }
    const [headline, remedy, message] = summaryOf(facts({}, failure)).split('\n')
    expect(headline).toBe('<h3>Atlas snapshot of shop-prod: Cluster not found</h3>')
    expect(remedy).toBe('<p><strong>Check cluster-name.</strong></p>')
    expect(message).toBe('<p>Refused (HTTP 404).</p>')
  })

  it('escapes what comes from elsewhere', () => {
    const summary = summaryOf(
      facts(known({ description: '</td><img src="x" onerror=\'y\'> & ::error::\n\n# head' })),
    )
    expect(rows(summary)['Description']).toBe(
      "&lt;/td&gt;&lt;img src=&quot;x&quot; onerror='y'&gt; &amp; ::error:: # head",
    )
  })

  it('holds no element and no blank line but its own, whatever comes from elsewhere', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            '<',
            '>',
            '"',
            "'",
            '&',
            '\n',
            '\r',
            '\n\n',
            '\u2028',
            '</td>',
            '<script>',
            '`',
            '* ',
            '|',
          ),
        )
        .map((parts) => parts.join('')),
    )
    const own = /<\/?(?:h3|p|strong|table|tr|th|td)>|<a href="[^"<>]*">|<\/a>/g
    assertProperty(
      fc.property(hostile, hostile, (text, other) => {
        const what = known({
          description: text,
          expiresAt: other,
          createdAt: text,
          status: other || 'queued',
        })
        const failure = { title: text, message: other, remedy: text }
        const summary = summaryOf({ ...facts(what, failure), backupPage: other })
        expect(summary.replaceAll(own, '')).not.toMatch(/[<>"]/)
        expect(summary.replaceAll(/&(?:amp|lt|gt|quot);/g, '')).not.toContain('&')
        expect(summary.split(/[\n\r\u2028\u2029\u0085]/)).toHaveLength(5)
        expect(summary).not.toMatch(/^\s*$/m)
      }),
    )
  })
})

describe('writing the summary', () => {
  // @actions/core looks for the file once in a process, so that all tests have to name the same one.
  const folder = mkdtempSync(join(tmpdir(), 'summary-'))
  const file = join(folder, 'summary')
  const before = process.env['GITHUB_STEP_SUMMARY']
  const output = new CapturedOutput()

  beforeEach(() => {
    process.env['GITHUB_STEP_SUMMARY'] = file
    rmSync(file, { recursive: true, force: true })
    output.start()
  })
  afterEach(() => output.stop())
  afterAll(() => {
    if (before === undefined) delete process.env['GITHUB_STEP_SUMMARY']
    else process.env['GITHUB_STEP_SUMMARY'] = before
    rmSync(folder, { recursive: true })
  })

  it('adds it to what other steps wrote', async () => {
    writeFileSync(file, 'another step\n')
    await writeSummary(facts(known()))
    expect(readFileSync(file, 'utf8')).toBe(`another step\n${summaryOf(facts(known()))}\n`)
    expect(output.text()).toBe('')
  })

  it('is a warning where it fails', async () => {
    mkdirSync(file)
    await writeSummary(facts(known()))
    expect(output.lines()).toEqual([
      expect.stringMatching(/^::warning::The job summary could not be written: .*EISDIR/),
    ])
  })

  it.each(['', undefined])('is left out where the runner has none: %p', async (none) => {
    if (none === undefined) delete process.env['GITHUB_STEP_SUMMARY']
    else process.env['GITHUB_STEP_SUMMARY'] = none
    writeFileSync(file, '')
    await writeSummary(facts(known()))
    expect(readFileSync(file, 'utf8')).toBe('')
    expect(output.text()).toBe('')
  })
})
