import * as core from '@actions/core'
import { backupPage, type ClusterAddress } from '../atlas/client.js'
import { type Failure, messageOf } from '../failure.js'
import { formatBytes, formatDuration } from '../format.js'
import { ganttOf } from './gantt.js'
import { escapeHtml, linkTo, withLinks } from './html.js'
import type { InputProblem } from './input-reader.js'
import { plainLine } from './logger.js'
import type { Known } from './outputs.js'
import { loginCommand, restoreCommand } from './restore.js'
import type { History } from './timeline.js'

/** What the summary tells. */
export interface SummaryFacts {
  readonly cluster: ClusterAddress
  readonly known: Known
  /** Why the step failed, if it did. */
  readonly failure: Pick<Failure, 'title' | 'message' | 'remedy'> | undefined
  readonly history: History
  readonly dryRun: boolean
  /** Of a dry run that passed: what the step would do, as in `would take a snapshot`. */
  readonly would?: string | undefined
}

/** Writes the job summary; that it cannot be written is a warning, since the snapshot is what counts. */
export async function writeSummary(text: string): Promise<void> {
  if ((process.env['GITHUB_STEP_SUMMARY'] ?? '') === '') return
  try {
    await core.summary.addRaw(text, true).write()
  } catch (error) {
    core.warning(plainLine(`The job summary could not be written: ${messageOf(error)}`))
  }
}

/**
 * The summary in Markdown. What came from outside stands in HTML without blank lines, in which Markdown means nothing,
 * and is escaped; only ids and names that were checked stand in code.
 */
export function summaryOf(facts: SummaryFacts): string {
  const { cluster, failure, known, history, would } = facts
  const gantt = ganttOf(history, known.snapshot?.createdAt)
  const blocks = [
    [
      `<h3>${escapeHtml(headlineOf(facts))}</h3>`,
      ...(failure === undefined ? [] : explanationOf(failure)),
      ...(would === undefined
        ? []
        : [`<p>Without <code>dry-run</code> this step would ${escapeHtml(would)}.</p>`]),
      tableOf(facts),
      `<p>${linkTo(backupPage(cluster), 'The backups of the cluster in Atlas')}</p>`,
    ].join('\n'),
    ...(gantt === undefined ? [] : [fenced('mermaid', gantt)]),
    ...restoringOf(facts),
  ]
  return blocks.join('\n\n')
}

/** The summary of a step whose inputs are bad, so that it asked Atlas for nothing. */
export function summaryOfProblems(problems: readonly InputProblem[]): string {
  const items = problems.map(({ message }) => `<li>${escapeHtml(message)}</li>`)
  return [
    '<h3>❌ No snapshot was taken: the inputs are bad</h3>',
    `<ul>${items.join('')}</ul>`,
    '<p>Nothing was asked of Atlas.</p>',
  ].join('\n')
}

function headlineOf({ cluster: { clusterName }, known, failure, dryRun }: SummaryFacts): string {
  const { snapshot, created } = known
  if (dryRun) {
    return failure === undefined
      ? `✅ Dry run for ${clusterName} passed, nothing was taken`
      : `❌ Dry run for ${clusterName} failed: ${failure.title}`
  }
  if (failure !== undefined) {
    return snapshot?.status === 'completed'
      ? `❌ ${clusterName} has a backup, but the step failed: ${failure.title}`
      : `❌ No backup of ${clusterName} to rely on: ${failure.title}`
  }
  if (snapshot?.status !== 'completed')
    return `⏳ The backup of ${clusterName} is under way, and not ready yet`
  return created === true
    ? `✅ The backup of ${clusterName} is ready`
    : `✅ A backup of ${clusterName} is ready, which this step did not take`
}

function explanationOf({ message, remedy }: Pick<Failure, 'message' | 'remedy'>): string[] {
  return [
    `<p><strong>What to do:</strong> ${withLinks(remedy)}</p>`,
    `<p><strong>What happened:</strong> ${escapeHtml(message)}</p>`,
  ]
}

function tableOf({ cluster, known, history }: SummaryFacts): string {
  const { snapshot, created } = known
  const { id, status, description, createdAt, expiresAt, storageSizeBytes = 0 } = snapshot ?? {}
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Cluster', cluster.clusterName],
    ['Snapshot', id],
    ['Status', status],
    ['Point in time', createdAt ?? (snapshot && 'known only when it is completed')],
    ['Kept until', expiresAt],
    ['Size', storageSizeBytes === 0 ? undefined : formatBytes(storageSizeBytes)],
    ['Took', formatDuration(history.endedAt - history.startedAt)],
    ['Taken by this step', created === undefined ? undefined : created ? 'yes' : 'no'],
    ['Description', description],
  ]
  const cells = rows.flatMap(([name, value]) =>
    value === undefined || value === ''
      ? []
      : [`<tr><th align="left">${name}</th><td><code>${escapeHtml(value)}</code></td></tr>`],
  )
  return `<table>${cells.join('')}</table>`
}

/** How to restore what there is; nothing where there is nothing to restore, now or later. */
function restoringOf({ cluster, known: { snapshot } }: SummaryFacts): string[] {
  if (snapshot === undefined || snapshot.status === 'failed') return []
  const when = snapshot.status === 'completed' ? '' : ' once it is completed'
  return [
    `#### How to restore it${when}`,
    `In Atlas: open ${`[the backups of the cluster](${backupPage(cluster)})`} and choose **Restore** beside the snapshot. With the Atlas CLI, after \`${loginCommand(cluster)}\`:`,
    fenced('sh', restoreCommand(cluster, snapshot.id)),
    'This replaces all data of the cluster by that of the snapshot, and what was written since is lost. To look at it first, give the name of another cluster as `--targetClusterName`.',
  ]
}

function fenced(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``
}
