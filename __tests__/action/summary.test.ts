import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createLogger } from '../../src/action/logger.js'
import type { PartialResult } from '../../src/action/outputs.js'
import {
  loginCommand,
  renderInputErrors,
  renderSummary,
  restoreCommand,
  type SummaryFacts,
  writeSummary,
} from '../../src/action/summary.js'
import type { Span } from '../../src/action/timeline.js'
import { parseSnapshot } from '../../src/atlas/snapshot.js'
import { assertProperty } from '../support/assertions.js'
import { CapturedOutput } from '../support/captured-output.js'
import { hostileText } from '../support/hostile-text.js'
import { joinRealms } from '../support/patch-instanceof.js'
import { readSummary, type SummaryPage } from '../support/summary-page.js'

joinRealms()

const id = '6a7f1e2d3c4b5a6978879601'
const page = 'https://cloud.mongodb.com/v2/5f1e2d3c4b5a69788796a5b4#/clusters/backup/shop-prod'
const cluster = {
  baseUrl: 'https://cloud.mongodb.com',
  apiVersion: '2023-01-01',
  groupId: '5f1e2d3c4b5a69788796a5b4',
  clusterName: 'shop-prod',
} as const

const startedAt = Date.parse('2026-08-10T03:26:42Z')
const history: SummaryFacts['history'] = {
  startedAt,
  endedAt: startedAt + 162_000,
  clockSkewMs: 0,
  spans: [],
}

function facts(result: PartialResult, more: Partial<SummaryFacts> = {}): SummaryFacts {
  return { cluster, result, error: undefined, history, dryRun: false, ...more }
}

function known(
  fields: Readonly<Record<string, unknown>> = {},
  more: Omit<PartialResult, 'snapshot'> = {},
  serverTime?: number,
): PartialResult {
  const snapshot = parseSnapshot({ id, status: 'completed', ...fields }, serverTime)
  if (snapshot === undefined) throw new TypeError('no snapshot')
  return { snapshot, created: true, ...more }
}

/** What a reader sees of the summary. */
function seen(what: PartialResult, more: Partial<SummaryFacts> = {}): SummaryPage {
  return readSummary(renderSummary(facts(what, more)))
}

const whole = {
  description: 'nightly [as-1f2e3d4c]',
  createdAt: '2026-08-10T03:28:08Z',
  expiresAt: '2026-08-11T03:29:24Z',
  storageSizeBytes: 1582854144,
}
const failure = {
  title: 'The deadline has passed',
  message: 'The deadline of 1 h has passed.',
  remedy: 'Raise timeout-minutes. See https://docs.example/limits.',
}

describe('the summary of a step that took a snapshot', () => {
  it('tells all that there is to know of it', () => {
    const { headline, rows, links, paragraphs } = seen(known(whole))
    expect(headline).toBe('✅ The backup of shop-prod is ready')
    expect(rows).toEqual({
      Cluster: 'shop-prod',
      Snapshot: id,
      Status: 'completed',
      'Restore point': '2026-08-10T03:28:08Z',
      'Kept until': '2026-08-11T03:29:24Z',
      Size: '1.47 GiB',
      'Taken by this step': 'yes',
      Description: 'nightly [as-1f2e3d4c]',
      'This step took': '2 min 42 s',
    })
    expect(links).toEqual([page, page])
    expect(paragraphs[0]).toBe('The backups of this cluster in Atlas')
  })

  it('says how to restore it, and what that does', () => {
    const { command, paragraphs } = seen(known(whole))
    expect(command).toContain(`--snapshotId ${id} \\\n`)
    expect(paragraphs.slice(1)).toEqual([
      'In Atlas: open the backups of this cluster, find the snapshot, and choose Restore. With the Atlas CLI, after atlas auth login:',
      'This replaces all data of the cluster by that of the snapshot: what was written since is lost. To look at the data first, restore into another cluster, by its name after --targetClusterName.',
    ])
  })

  it('is, in Markdown, this and nothing else', () => {
    const stretch = (kind: Span['kind'], label: string, from: number, to: number): Span => {
      return { kind, label, from: startedAt + from * 1000, to: startedAt + to * 1000 }
    }
    const spans = [
      stretch('step', 'asking Atlas', 0, 2),
      stretch('snapshot', 'queued', 2, 9),
      stretch('snapshot', 'inProgress', 9, 162),
      stretch('snapshot', 'completed', 162, 162),
    ]
    expect(renderSummary(facts(known(whole), { history: { ...history, spans } }))).toBe(
      `<h3>✅ The backup of shop-prod is ready</h3>
<table><tr><th align="left">Cluster</th><td><code>shop-prod</code></td></tr><tr><th align="left">Snapshot</th><td><code>${id}</code></td></tr><tr><th align="left">Status</th><td><code>completed</code></td></tr><tr><th align="left">Restore point</th><td><code>2026-08-10T03:28:08Z</code></td></tr><tr><th align="left">Kept until</th><td><code>2026-08-11T03:29:24Z</code></td></tr><tr><th align="left">Size</th><td>1.47 GiB</td></tr><tr><th align="left">Taken by this step</th><td>yes</td></tr><tr><th align="left">Description</th><td><code>nightly [as-1f2e3d4c]</code></td></tr><tr><th align="left">This step took</th><td>2 min 42 s</td></tr></table>
<p><a href="${page}">The backups of this cluster in Atlas</a></p>

\`\`\`mermaid
gantt
  title Times in UTC
  dateFormat YYYY-MM-DD HH:mm:ss.SSS
  axisFormat %H:%M:%S
  tickInterval 30second
  todayMarker off
  section This step
  asking Atlas :2026-08-10 03:26:42.000, 2026-08-10 03:26:44.000
  section In Atlas
  queued :2026-08-10 03:26:44.000, 2026-08-10 03:26:51.000
  in progress :2026-08-10 03:26:51.000, 2026-08-10 03:29:24.000
  restore point :milestone, 2026-08-10 03:28:08.000, 0ms
  completed :milestone, 2026-08-10 03:29:24.000, 0ms
\`\`\`

<h4>How to restore it</h4>
<p>In Atlas: open <a href="${page}">the backups of this cluster</a>, find the snapshot, and choose <strong>Restore</strong>. With the Atlas CLI, after <code>atlas auth login</code>:</p>

\`\`\`sh
atlas backups restores start automated \\
  --projectId 5f1e2d3c4b5a69788796a5b4 \\
  --clusterName shop-prod \\
  --snapshotId ${id} \\
  --targetProjectId 5f1e2d3c4b5a69788796a5b4 \\
  --targetClusterName shop-prod
\`\`\`

<p><strong>This replaces all data of the cluster</strong> by that of the snapshot: what was written since is lost. To look at the data first, restore into another cluster, by its name after <code>--targetClusterName</code>.</p>`,
    )
  })

  it('names the login of Atlas for Government', () => {
    const government = { ...cluster, baseUrl: 'https://cloud.mongodbgov.com' }
    const { paragraphs, links } = seen(known(whole), { cluster: government })
    expect(paragraphs[1]).toContain('after atlas auth login --gov:')
    expect(links[0]).toMatch(/^https:\/\/cloud\.mongodbgov\.com\/v2\//)
  })

  it('has no row for what Atlas did not say', () => {
    expect(Object.keys(seen(known({ description: ' ', storageSizeBytes: 0 })).rows)).toEqual([
      ...['Cluster', 'Snapshot', 'Status', 'Taken by this step', 'This step took'],
    ])
  })
})

describe('the summary of a step that succeeds', () => {
  it.each<
    [end: string, what: PartialResult, headline: string, restorePoint: string | undefined, takenHere: string]
  >([
    [
      'without waiting',
      known({ status: 'queued' }),
      '⏳ The backup of shop-prod is under way, and not ready yet',
      'not known before it is completed',
      'yes',
    ],
    [
      'attached without waiting, at a status unknown today',
      known({ status: 'thinking' }, { created: false }),
      '⏳ The backup of shop-prod is under way, and not ready yet',
      'not known before it is completed',
      'no',
    ],
    [
      'with a snapshot that it attached to or reused',
      known(whole, { created: false }),
      '✅ A backup of shop-prod is ready, though this step did not take it',
      whole.createdAt,
      'no',
    ],
  ])('%s', (_, what, headline, restorePoint, takenHere) => {
    const { rows, command, ...more } = seen(what)
    expect(more.headline).toBe(headline)
    expect(rows).toMatchObject({ 'Restore point': restorePoint, 'Taken by this step': takenHere })
    expect(command).toContain(id)
  })

  it('says how much older than the step the data is, where the step did not take it', () => {
    // The runner's clock is a day ahead of Atlas's, by which the data is so old.
    const startedInAtlas = startedAt - 86_400_000
    const tookMs = history.endedAt - history.startedAt
    const restorePoint = (seconds: number, created: boolean, serverTime?: number) => {
      const createdAt = new Date(startedInAtlas - seconds * 1000).toISOString()
      const what = known({ createdAt }, { created }, serverTime ?? startedInAtlas + tookMs)
      return seen(what).rows['Restore point']?.split('Z')[1]
    }
    expect(restorePoint(1800, false)).toBe(', 30 min before this step')
    expect(restorePoint(0.9, false)).toBe('')
    expect(restorePoint(-60, false)).toBe('')
    expect(restorePoint(1800, true)).toBe('')
    expect(restorePoint(1800, false, Number.NaN)).toBe('')
  })

  it('restores only what is completed', () => {
    expect(renderSummary(facts(known(whole)))).toContain('<h4>How to restore it</h4>')
    expect(renderSummary(facts(known({ status: 'inProgress' })))).toContain(
      '<h4>How to restore it, once it is completed</h4>',
    )
  })
})

describe('the summary of a step that fails', () => {
  it('says what to do before anything else, with a link, and then what happened', () => {
    const text = renderSummary(facts(known({ status: 'queued' }), { error: failure }))
    expect(text.split('\n').slice(0, 3)).toEqual([
      '<h3>❌ No backup of shop-prod to rely on: The deadline has passed</h3>',
      '<p><strong>What to do:</strong> Raise timeout-minutes. See <a href="https://docs.example/limits">https://docs.example/limits</a>.</p>',
      '<p><strong>What happened:</strong> The deadline of 1 h has passed.</p>',
    ])
    expect(readSummary(text).rows).toMatchObject({ Status: 'queued', 'This step took': '2 min 42 s' })
  })

  it.each<[end: string, what: PartialResult, headline: string, restores: boolean]>([
    [
      'with a snapshot that goes on (deadline, cancelled)',
      known({ status: 'inProgress' }),
      'No backup of shop-prod to rely on',
      true,
    ],
    ['with a failed snapshot', known({ status: 'failed' }), 'No backup of shop-prod to rely on', false],
    ['with none (refused)', {}, 'No backup of shop-prod to rely on', false],
    ['beside a completed one', known(whole), 'shop-prod has a backup, but the step failed', true],
  ])('%s', (_, what, headline, restores) => {
    const { command, ...more } = seen(what, { error: failure })
    expect(more.headline).toBe(`❌ ${headline}: The deadline has passed`)
    expect(more.paragraphs.slice(0, 2)).toEqual([
      `What to do: ${failure.remedy}`,
      `What happened: ${failure.message}`,
    ])
    expect(command !== undefined).toBe(restores)
    expect(more.links).toContain(page)
  })

  it('has rows only for the cluster and the time where there is no snapshot', () => {
    expect(seen({}, { error: failure }).rows).toEqual({
      Cluster: 'shop-prod',
      'This step took': '2 min 42 s',
    })
  })

  it('promises neither a restore point of a failed snapshot nor that it is kept', () => {
    const { rows } = seen(known({ status: 'failed', expiresAt: whole.expiresAt }), { error: failure })
    expect(Object.keys(rows)).toEqual([
      ...['Cluster', 'Snapshot', 'Status', 'Taken by this step', 'This step took'],
    ])
  })
})

describe('the summary of a dry run', () => {
  it('says what the step would do, and what only doing it can show', () => {
    const report = {
      plan: 'take a snapshot (nightly)',
      unverified: ['Its size stays open.', 'So does <that>.'],
    }
    const { headline, paragraphs, rows } = seen({}, { dryRun: true, report })
    expect(headline).toBe('✅ Dry run for shop-prod passed: nothing was taken')
    expect(paragraphs.slice(0, 3)).toEqual([
      'Without dry-run this step would take a snapshot (nightly).',
      'Its size stays open.',
      'So does <that>.',
    ])
    expect(rows).toEqual({ Cluster: 'shop-prod', 'This step took': '2 min 42 s' })
  })

  it('shows a snapshot that the step would use, and nothing to restore', () => {
    const report = { plan: 'use it', unverified: [] }
    const { rows, command } = seen(known(whole, { created: false }), { dryRun: true, report })
    expect(rows).toMatchObject({ Snapshot: id, 'Restore point': whole.createdAt })
    expect(command).toBeUndefined()
  })

  it('says what to do where it fails', () => {
    const { headline, paragraphs } = seen({}, { dryRun: true, error: failure })
    expect(headline).toBe('❌ Dry run for shop-prod failed: The deadline has passed')
    expect(paragraphs[0]).toBe(`What to do: ${failure.remedy}`)
    expect(paragraphs.join()).not.toContain('Without dry-run')
  })
})

describe('the summary of bad inputs', () => {
  it('lists all of them', () => {
    const text = renderInputErrors([
      { inputs: 'wait', message: 'wait is "yes", but has to be true or false.' },
      { inputs: 'group-id', message: 'group-id is "<b>", but has to be 24 hexadecimal digits.' },
    ])
    expect(readSummary(text)).toMatchObject({
      headline: '❌ No backup was taken: check the inputs of this step',
      paragraphs: [
        'wait is "yes", but has to be true or false.',
        'group-id is "<b>", but has to be 24 hexadecimal digits.',
        'Nothing was asked of Atlas.',
      ],
    })
  })

  it('holds nothing but that, whatever an input is', () => {
    assertProperty(
      fc.property(fc.array(hostileText, { maxLength: 5 }), (messages) => {
        const text = renderInputErrors(messages.map((message) => ({ inputs: 'x', message })))
        expect(readSummary(text).paragraphs).toHaveLength(messages.length + 1)
      }),
    )
  })
})

describe('whatever comes from elsewhere', () => {
  it('is shown as it is', () => {
    const description = '</td><img src="x" onerror=\'y\'> & ::error::\n\n# head\n```\n- [x](y)'
    expect(seen(known({ description })).rows['Description']).toBe(
      '</td><img src="x" onerror=\'y\'> & ::error:: # head ``` - [x](y)',
    )
  })

  it('adds neither an element nor a block, ends no fence, and makes no Markdown', () => {
    const kinds = fc.constantFrom<Span['kind']>('step', 'retry', 'snapshot')
    const happenings = fc.array(fc.tuple(kinds, hostileText), { maxLength: 6 })
    const texts = fc.record({
      description: hostileText,
      status: fc.oneof(hostileText, fc.constantFrom('queued', 'completed', 'failed')),
      createdAt: hostileText,
      expiresAt: hostileText,
      title: hostileText,
      message: hostileText,
      remedy: hostileText,
      plan: hostileText,
    })
    const ends = fc.record({ fails: fc.boolean(), dryRun: fc.boolean(), created: fc.boolean() })
    assertProperty(
      fc.property(texts, happenings, ends, (text, happened, { fails, dryRun, created }) => {
        const spans = happened.map(([kind, label], at) => {
          return { kind, label, from: startedAt + at * 1000, to: startedAt + at * 1000 + 500 }
        })
        const what = known({ ...text, status: text.status || 'queued' }, { created })
        const summary = renderSummary(
          facts(what, {
            dryRun,
            error: fails ? text : undefined,
            report: dryRun && !fails ? { plan: text.plan, unverified: [text.remedy] } : undefined,
            history: { ...history, spans },
          }),
        )
        // It throws at anything that is not the summary's own.
        const { rows, links, paragraphs } = readSummary(summary)
        expect(rows).toMatchObject({ Cluster: 'shop-prod', Snapshot: id })
        expect(links.filter((link) => !/^https?:\/\//.test(link))).toEqual([])
        expect(paragraphs.length).toBeLessThanOrEqual(6)
      }),
      { numRuns: 300 },
    )
  })

  it('cannot make it larger than GitHub takes, 1 MiB, however long it is', () => {
    const huge = '"'.repeat(1_000_000)
    const what = known({ description: huge, status: huge, createdAt: huge, expiresAt: huge })
    const spans = Array.from({ length: 10_000 }, (_, at) => {
      return { kind: 'retry', label: huge, from: startedAt + at, to: startedAt + at + 1 } as const
    })
    const more = { error: { title: huge, message: huge, remedy: huge }, history: { ...history, spans } }
    const size = Buffer.byteLength(renderSummary(facts(what, more)))
    expect(size).toBeLessThan(512 * 1024)
  })
})

describe('writing the summary', () => {
  const folder = mkdtempSync(join(tmpdir(), 'summary-'))
  const file = join(folder, 'summary')
  const env = { GITHUB_STEP_SUMMARY: file }
  const output = new CapturedOutput()

  beforeEach(() => {
    rmSync(file, { recursive: true, force: true })
    output.start()
  })
  afterEach(() => output.stop())
  afterAll(() => rmSync(folder, { recursive: true }))

  it('adds it to what other steps wrote', () => {
    writeFileSync(file, 'another step\n')
    writeSummary('<h3>This step</h3>', env, createLogger())
    expect(readFileSync(file, 'utf8')).toBe('another step\n<h3>This step</h3>\n')
    expect(output.text()).toBe('')
  })

  it('is a warning where it fails', () => {
    mkdirSync(file)
    writeSummary('<h3>This step</h3>', env, createLogger())
    expect(output.lines()).toEqual([
      expect.stringMatching(
        /^::warning title=Atlas snapshot::The job summary could not be written: .*EISDIR/,
      ),
    ])
  })

  it.each(['', undefined])('is left out where the runner has none: %p', (none) => {
    writeFileSync(file, '')
    writeSummary('<h3>This step</h3>', { GITHUB_STEP_SUMMARY: none }, createLogger())
    expect(readFileSync(file, 'utf8')).toBe('')
    expect(output.text()).toBe('')
  })
})

describe('restoreCommand', () => {
  const cluster = {
    baseUrl: 'https://cloud.mongodb.com',
    apiVersion: '2023-01-01',
    groupId: '5f1e2d3c4b5a69788796a5b4',
    clusterName: 'shop-prod',
  } as const

  describe('how to restore by hand', () => {
    it('is one command for a shell, which names project, cluster and snapshot', () => {
      const command = restoreCommand(cluster, '6a7f1e2d3c4b5a6978879601')
      expect(command).toBe(`atlas backups restores start automated \\
  --projectId 5f1e2d3c4b5a69788796a5b4 \\
  --clusterName shop-prod \\
  --snapshotId 6a7f1e2d3c4b5a6978879601 \\
  --targetProjectId 5f1e2d3c4b5a69788796a5b4 \\
  --targetClusterName shop-prod`)
    })

    it.each([
      ['https://cloud.mongodb.com', 'atlas auth login'],
      ['https://cloud.mongodbgov.com', 'atlas auth login --gov'],
      ['http://127.0.0.1:8080', 'atlas auth login'],
    ])('needs a login to the Atlas of %s: %s', (baseUrl, expected) => {
      expect(loginCommand({ ...cluster, baseUrl })).toBe(expected)
    })
  })
})
