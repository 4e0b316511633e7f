import { type ErrorReport, errorMessage } from '../action-error.js'
import { backupPage, type ClusterRef } from '../atlas/client.js'
import { formatStatus, isCompleted, isFinished } from '../atlas/snapshot.js'
import { formatBytes, formatDuration } from '../format.js'
import type { Logger } from '../runtime.js'
import type { DryRunReport } from '../snapshot/dry-run.js'
import { NOTHING_CREATED } from '../snapshot/reports.js'
import { TITLES } from '../titles.js'
import { renderGantt } from './gantt.js'
import { escapeHtml, link, linkify } from './html.js'
import type { InputProblem } from './input-reader.js'
import type { PartialResult } from './outputs.js'
import { appendToFile } from './runner-files.js'
import { ATLAS_TIMESTAMP_RESOLUTION_MS, type History } from './timeline.js'
import type { Help } from './troubleshooting.js'

const GOVERNMENT = 'https://cloud.mongodbgov.com'
/** A placeholder, because restoring to the snapshot's own cluster replaces its data. */
const TARGET = 'TARGET_CLUSTER'

/** The content of the summary. */
export interface SummaryFacts {
  readonly cluster: ClusterRef
  readonly result: PartialResult
  /** The error of a failed step. */
  readonly error?: ErrorReport | undefined
  readonly help?: Help | undefined
  readonly history: History
  readonly dryRun: boolean
  /** The report of a dry run that passed. */
  readonly report?: DryRunReport | undefined
}

/** Write errors are logged as warnings, because they don't affect the snapshot. */
export function writeSummary(text: string, env: NodeJS.ProcessEnv, logger: Logger): void {
  const file = env['GITHUB_STEP_SUMMARY'] ?? ''
  if (file === '') return
  try {
    appendToFile(file, `${text}\n`)
  } catch (error) {
    logger.warning(`Could not write the job summary: ${errorMessage(error)}.`)
  }
}

/**
 * The summary in Markdown. Untrusted text is escaped in HTML without blank lines, where Markdown has no meaning. Code
 * blocks contain only validated IDs and names, and the chart.
 */
export function renderSummary(facts: SummaryFacts): string {
  const { cluster, dryRun, error, help, result, history, report } = facts
  const gantt = renderGantt(history, result.snapshot?.createdAt)
  const blocks = [
    [
      `<h3>${escapeHtml(renderHeadline(facts))}</h3>`,
      ...(error === undefined ? [] : renderExplanation(error, help)),
      ...(report === undefined ? [] : renderDryRun(report)),
      renderTable(facts),
      `<p>${link(backupPage(cluster), 'Backup page of this cluster in Atlas')}</p>`,
    ].join('\n'),
    ...(gantt === undefined ? [] : [fenced('mermaid', gantt)]),
    ...(dryRun ? [] : renderRestore(facts)),
  ]
  return blocks.join('\n\n')
}

/** The summary of a step with invalid inputs. */
export function renderInputErrors(problems: readonly InputProblem[], help?: Help): string {
  const items = problems.map(({ message }) => `<li>${escapeHtml(message)}</li>`)
  return [
    `<h3>❌ ${TITLES.invalidInput}: no snapshot was created</h3>`,
    `<ul>${items.join('')}</ul>`,
    `<p>No request was sent to Atlas.${renderHelp(help)}</p>`,
  ].join('\n')
}

function renderHeadline({ cluster: { clusterName }, result, error, dryRun }: SummaryFacts): string {
  const { snapshot, created } = result
  if (dryRun) {
    return error === undefined
      ? `✅ Dry run for ${clusterName} passed`
      : `❌ ${error.title}: dry run for ${clusterName} failed`
  }
  if (error !== undefined) {
    return snapshot !== undefined && isCompleted(snapshot)
      ? `❌ ${error.title}: snapshot of ${clusterName} completed, but the step failed`
      : `❌ ${error.title}: no usable snapshot of ${clusterName}`
  }
  if (snapshot === undefined || !isCompleted(snapshot))
    return `⏳ Snapshot of ${clusterName} not completed yet`
  return created === true
    ? `✅ Snapshot of ${clusterName} completed`
    : `✅ Existing snapshot of ${clusterName} completed`
}

function renderExplanation({ message, remedy }: ErrorReport, help: Help | undefined): string[] {
  return [
    `<p><strong>What to do:</strong> ${linkify(remedy)}${renderHelp(help)}</p>`,
    `<p><strong>What happened:</strong> ${escapeHtml(message)}</p>`,
  ]
}

function renderHelp(help: Help | undefined): string {
  if (help === undefined) return ''
  const report = help.issues === undefined ? '' : ` ${link(help.issues, 'Report it')}.`
  return `${report} See ${link(help.section, 'Troubleshooting')}.`
}

function renderDryRun({ plan, unverified }: DryRunReport): string[] {
  return [
    `<p>${NOTHING_CREATED} Without <code>dry-run</code>, this step would ${escapeHtml(plan)}.</p>`,
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
    ['Status', code(snapshot && formatStatus(snapshot))],
    ['Restore point', renderRestorePoint(facts)],
    ['Expires', status === 'failed' ? undefined : code(expiresAt)],
    ['Size', storageSizeBytes === 0 ? undefined : formatBytes(storageSizeBytes)],
    ['Created by this step', created === undefined ? undefined : created ? 'yes' : 'no'],
    ['Description', code(description)],
    ['Duration', formatDuration(history.endedAt - history.startedAt)],
  ]
  const cells = rows.flatMap(([name, cell]) =>
    cell === undefined ? [] : [`<tr><th align="left">${name}</th><td>${cell}</td></tr>`],
  )
  return `<table>${cells.join('')}</table>`
}

/**
 * The restore point and, if the step did not create the snapshot, its age when the step started. The age is by Atlas's
 * clock, because the runner's might be wrong.
 */
function renderRestorePoint({ result: { snapshot, created }, history }: SummaryFacts): string | undefined {
  if (snapshot === undefined) return undefined
  const { createdAt = '', serverTime = Number.NaN } = snapshot
  const instant = code(createdAt)
  if (instant === undefined) return isFinished(snapshot) ? undefined : 'available after completion'
  const age = serverTime - (history.endedAt - history.startedAt) - Date.parse(createdAt)
  return created === false && age >= ATLAS_TIMESTAMP_RESOLUTION_MS
    ? `${instant}, ${formatDuration(age)} before this step`
    : instant
}

/** A value in code font, `undefined` if nothing is visible. */
function code(value = ''): string | undefined {
  const escaped = escapeHtml(value)
  return escaped === '' ? undefined : `<code>${escaped}</code>`
}

/** How to restore the snapshot. Empty without a snapshot or if it failed. */
function renderRestore({ cluster, result: { snapshot } }: SummaryFacts): string[] {
  if (snapshot === undefined || snapshot.status === 'failed') return []
  const when = isCompleted(snapshot) ? '' : ' after it is completed'
  const login = loginCommand(cluster)
  return [
    [
      `<h4>Restore this snapshot${when}</h4>`,
      '<p><strong>Restoring replaces all data in the cluster.</strong> Writes after the restore point are lost. To check the data first, restore to another cluster.</p>',
      `<p>In Atlas, open the ${link(backupPage(cluster), 'backup page of this cluster')}, find the snapshot, and select <strong>Restore</strong>.</p>`,
      `<p>With the Atlas CLI, run <code>${login}</code>, then this command. Replace <code>${TARGET}</code> with the cluster to restore to. It must have the same number of shards, and the same MongoDB major version or the next one.</p>`,
    ].join('\n'),
    fenced('sh', restoreCommand(cluster, snapshot.id)),
  ]
}

function fenced(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``
}

/** The Atlas CLI command that restores a snapshot, with a placeholder for the target cluster. */
function restoreCommand({ groupId, clusterName }: ClusterRef, snapshotId: string): string {
  return [
    'atlas backups restores start automated',
    `--projectId ${groupId}`,
    `--clusterName ${clusterName}`,
    `--snapshotId ${snapshotId}`,
    `--targetProjectId ${groupId}`,
    `--targetClusterName ${TARGET}`,
  ].join(' \\\n  ')
}

function loginCommand({ baseUrl }: ClusterRef): string {
  return baseUrl === GOVERNMENT ? 'atlas auth login --gov' : 'atlas auth login'
}
