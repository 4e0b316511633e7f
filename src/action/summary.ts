import { backupPage, type ClusterRef } from '../atlas/client.js'
import { isFinished } from '../atlas/snapshot.js'
import { type ErrorReport, errorMessage } from '../failure.js'
import { formatBytes, formatDuration } from '../format.js'
import type { Logger } from '../runtime.js'
import type { DryRunReport } from '../snapshot/dry-run.js'
import { renderGantt } from './gantt.js'
import { escapeHtml, link, linkify } from './html.js'
import type { InputProblem } from './input-reader.js'
import type { PartialResult } from './outputs.js'
import { appendToFile } from './runner-files.js'
import { ATLAS_TIMESTAMP_RESOLUTION_MS, type History } from './timeline.js'

const GOVERNMENT = 'https://cloud.mongodbgov.com'

/** What the summary is made from. */
export interface SummaryFacts {
  readonly cluster: ClusterRef
  readonly result: PartialResult
  /** Why the step failed, if it did. */
  readonly error?: ErrorReport | undefined
  readonly history: History
  readonly dryRun: boolean
  /** Of a dry run that passed. */
  readonly report?: DryRunReport | undefined
}

/** A summary that can't be written is a warning, because the snapshot is what counts. */
export function writeSummary(text: string, env: NodeJS.ProcessEnv, logger: Logger): void {
  const file = env['GITHUB_STEP_SUMMARY'] ?? ''
  if (file === '') return
  try {
    appendToFile(file, `${text}\n`)
  } catch (error) {
    logger.warning(`The job summary could not be written: ${errorMessage(error)}`)
  }
}

/**
 * The summary in Markdown. What comes from outside is escaped in HTML without blank lines, where Markdown has no meaning.
 * Only checked IDs and names, and the rows of the chart, are in fences.
 */
export function renderSummary(facts: SummaryFacts): string {
  const { cluster, dryRun, error, result, history, report } = facts
  const gantt = renderGantt(history, result.snapshot?.createdAt)
  const blocks = [
    [
      `<h3>${escapeHtml(renderHeadline(facts))}</h3>`,
      ...(error === undefined ? [] : renderExplanation(error)),
      ...(report === undefined ? [] : renderDryRun(report)),
      renderTable(facts),
      `<p>${link(backupPage(cluster), 'The backups of this cluster in Atlas')}</p>`,
    ].join('\n'),
    ...(gantt === undefined ? [] : [fenced('mermaid', gantt)]),
    ...(dryRun ? [] : renderRestore(facts)),
  ]
  return blocks.join('\n\n')
}

/** The summary of a step with bad inputs, which sent no request. */
export function renderInputErrors(problems: readonly InputProblem[]): string {
  const items = problems.map(({ message }) => `<li>${escapeHtml(message)}</li>`)
  return [
    '<h3>❌ No backup was taken: check the inputs of this step</h3>',
    `<ul>${items.join('')}</ul>`,
    '<p>Nothing was asked of Atlas.</p>',
  ].join('\n')
}

function renderHeadline({ cluster: { clusterName }, result, error, dryRun }: SummaryFacts): string {
  const { snapshot, created } = result
  if (dryRun) {
    return error === undefined
      ? `✅ Dry run for ${clusterName} passed: nothing was taken`
      : `❌ Dry run for ${clusterName} failed: ${error.title}`
  }
  if (error !== undefined) {
    return snapshot?.status === 'completed'
      ? `❌ ${clusterName} has a backup, but the step failed: ${error.title}`
      : `❌ No backup of ${clusterName} to rely on: ${error.title}`
  }
  if (snapshot?.status !== 'completed')
    return `⏳ The backup of ${clusterName} is under way, and not ready yet`
  return created === true
    ? `✅ The backup of ${clusterName} is ready`
    : `✅ A backup of ${clusterName} is ready, though this step did not take it`
}

function renderExplanation({ message, remedy }: ErrorReport): string[] {
  return [
    `<p><strong>What to do:</strong> ${linkify(remedy)}</p>`,
    `<p><strong>What happened:</strong> ${escapeHtml(message)}</p>`,
  ]
}

function renderDryRun({ plan, unverified }: DryRunReport): string[] {
  return [
    `<p>Without <code>dry-run</code> this step would ${escapeHtml(plan)}.</p>`,
    ...unverified.map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
  ]
}

function renderTable(facts: SummaryFacts): string {
  const { cluster, history } = facts
  const { snapshot, created } = facts.result
  const { id, status, description, expiresAt, storageSizeBytes = 0 } = snapshot ?? {}
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Cluster', code(cluster.clusterName)],
    ['Snapshot', code(id)],
    ['Status', code(status)],
    ['Restore point', renderRestorePoint(facts)],
    ['Kept until', status === 'failed' ? undefined : code(expiresAt)],
    ['Size', storageSizeBytes === 0 ? undefined : formatBytes(storageSizeBytes)],
    ['Taken by this step', created === undefined ? undefined : created ? 'yes' : 'no'],
    ['Description', code(description)],
    ['This step took', formatDuration(history.endedAt - history.startedAt)],
  ]
  const cells = rows.flatMap(([name, cell]) =>
    cell === undefined ? [] : [`<tr><th align="left">${name}</th><td>${cell}</td></tr>`],
  )
  return `<table>${cells.join('')}</table>`
}

/**
 * The restore point. If the step did not create the snapshot, also how long before the step it was, by Atlas's own clock,
 * because the runner's can be wrong.
 */
function renderRestorePoint({ result: { snapshot, created }, history }: SummaryFacts): string | undefined {
  if (snapshot === undefined) return undefined
  const { createdAt = '', serverTime = Number.NaN } = snapshot
  const instant = code(createdAt)
  if (instant === undefined) return isFinished(snapshot) ? undefined : 'not known before it is completed'
  const age = serverTime - (history.endedAt - history.startedAt) - Date.parse(createdAt)
  return created === false && age >= ATLAS_TIMESTAMP_RESOLUTION_MS
    ? `${instant}, ${formatDuration(age)} before this step`
    : instant
}

/** A value as it is, `undefined` if nothing of it is visible. */
function code(value = ''): string | undefined {
  const escaped = escapeHtml(value)
  return escaped === '' ? undefined : `<code>${escaped}</code>`
}

/** How to restore the snapshot. Nothing if there is none, now or later. */
function renderRestore({ cluster, result: { snapshot } }: SummaryFacts): string[] {
  if (snapshot === undefined || snapshot.status === 'failed') return []
  const when = snapshot.status === 'completed' ? '' : ', once it is completed'
  const login = loginCommand(cluster)
  return [
    [
      `<h4>How to restore it${when}</h4>`,
      `<p>In Atlas: open ${link(backupPage(cluster), 'the backups of this cluster')}, find the snapshot, and choose <strong>Restore</strong>. With the Atlas CLI, after <code>${login}</code>:</p>`,
    ].join('\n'),
    fenced('sh', restoreCommand(cluster, snapshot.id)),
    '<p><strong>This replaces all data of the cluster</strong> by that of the snapshot: what was written since is lost. To look at the data first, restore into another cluster, by its name after <code>--targetClusterName</code>.</p>',
  ]
}

function fenced(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``
}

/** The Atlas CLI command that restores a snapshot to its own cluster. */
export function restoreCommand({ groupId, clusterName }: ClusterRef, snapshotId: string): string {
  return [
    'atlas backups restores start automated',
    `--projectId ${groupId}`,
    `--clusterName ${clusterName}`,
    `--snapshotId ${snapshotId}`,
    `--targetProjectId ${groupId}`,
    `--targetClusterName ${clusterName}`,
  ].join(' \\\n  ')
}

export function loginCommand({ baseUrl }: ClusterRef): string {
  return baseUrl === GOVERNMENT ? 'atlas auth login --gov' : 'atlas auth login'
}
