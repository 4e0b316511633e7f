import { appendFileSync } from 'node:fs'
import { type ActionError, errorMessage } from '../action-error.js'
import { backupPage, type ClusterRef } from '../atlas/client.js'
import { isCompleted, isFinished } from '../atlas/snapshot.js'
import { DAY_MS, formatBytes, formatDuration } from '../format.js'
import type { Logger } from '../ports.js'
import type { DryRunResult } from '../snapshot/dry-run.js'
import { NOTHING_CREATED } from '../snapshot/reports.js'
import { restorePointAge } from '../snapshot/reuse.js'
import { type Bar, renderChart } from './chart.js'
import { escapeHtml, link, linkify } from './html.js'
import { INVALID_INPUT, type InputProblem } from './input-reader.js'
import type { PartialResult } from './outputs.js'

const RESTORE_PAGE = 'https://www.mongodb.com/docs/atlas/backup/cloud-backup/restore-from-snapshot/'
/** A placeholder, because restoring to the snapshot's own cluster replaces its data. */
const TARGET = 'TARGET_CLUSTER'

/** The content of the summary. */
export interface SummaryFacts {
  readonly cluster: ClusterRef
  readonly result: PartialResult
  /** The error of a failed step. */
  readonly error?: ActionError | undefined
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly endedAt: number
  readonly bars: readonly Bar[]
  readonly dryRun: boolean
  /** The result of a dry run that passed. */
  readonly dryRunResult?: DryRunResult | undefined
}

/** Write errors are logged as warnings, because they don't affect the snapshot. */
export function writeSummary(text: string, logger: Logger): void {
  const file = process.env['GITHUB_STEP_SUMMARY']
  if (!file) return
  try {
    appendFileSync(file, `${text}\n`)
  } catch (error) {
    logger.warning(`Could not write the job summary: ${errorMessage(error)}.`)
  }
}

/**
 * The summary in Markdown. Untrusted text is escaped in HTML without blank lines, where Markdown has no meaning. Code
 * blocks contain only validated IDs and names, and the chart.
 *
 * @param runbookUrl the address of docs/runbook.md, `undefined` without a known repository
 */
export function renderSummary(facts: SummaryFacts, runbookUrl: string | undefined): string {
  const { cluster, error, dryRunResult, result } = facts
  const lines = [`<h3>${escapeHtml(renderHeadline(facts))}</h3>`]
  if (error !== undefined)
    lines.push(
      `<p><strong>What to do:</strong> ${linkify(error.help.remedy)}</p>`,
      `<p><strong>What happened:</strong> ${escapeHtml(error.message)}</p>`,
    )
  if (dryRunResult !== undefined)
    lines.push(
      `<p>${NOTHING_CREATED} Without <code>dry-run</code>, this step would ${escapeHtml(dryRunResult.plan)}.</p>`,
      ...(dryRunResult.unverified === '' ? [] : [`<p>${escapeHtml(dryRunResult.unverified)}</p>`]),
    )
  lines.push(
    renderTable(facts),
    `<p>${link(backupPage(cluster), 'Backup page of this cluster in Atlas')}</p>`,
  )
  const chart = renderChart(facts.bars, facts.endedAt, result.snapshot?.createdAt)
  const fences = chart === undefined ? [] : [fenced('mermaid', chart)]
  return [lines.join('\n'), ...fences, ...renderRestore(facts, runbookUrl)].join('\n\n')
}

/** The summary of a step with invalid inputs, which ends with `help`. */
export function renderInputErrors(problems: readonly InputProblem[], help: string): string {
  const items = problems.map(({ message }) => `<li>${escapeHtml(message)}</li>`)
  return [
    `<h3>❌ ${INVALID_INPUT}: no snapshot was created</h3>`,
    `<ul>${items.join('')}</ul>`,
    `<p>${linkify(`No request was sent to Atlas. ${help}`)}</p>`,
  ].join('\n')
}

function renderHeadline({ cluster, result: { snapshot, created }, error, dryRun }: SummaryFacts): string {
  const name = cluster.clusterName
  const isReady = snapshot !== undefined && isCompleted(snapshot)
  if (dryRun && error === undefined) return `✅ Dry run for ${name} passed`
  if (error !== undefined) {
    const failed = isReady
      ? `snapshot of ${name} completed, but the step failed`
      : `no usable snapshot of ${name}`
    return `❌ ${error.help.title}: ${dryRun ? `dry run for ${name} failed` : failed}`
  }
  if (!isReady) return `⏳ Snapshot of ${name} not completed yet`
  return `✅ ${created ? 'Snapshot' : 'Existing snapshot'} of ${name} completed`
}

function renderTable(facts: SummaryFacts): string {
  const { cluster, startedAt, endedAt, result } = facts
  const { snapshot, created } = result
  const { storageSizeBytes = 0 } = snapshot ?? {}
  const rows = [
    renderRow('Project', code(cluster.groupId)),
    renderRow('Cluster', code(cluster.clusterName)),
    renderRow('Snapshot', code(snapshot?.id)),
    renderRow('Status', code(snapshot?.status)),
    renderRow('Restore point', renderRestorePoint(result)),
    renderRow('Expires', snapshot?.status === 'failed' ? '' : code(snapshot?.expiresAt)),
    renderRow('Size', storageSizeBytes === 0 ? '' : formatBytes(storageSizeBytes)),
    renderRow('Created by this step', created === undefined ? '' : created ? 'yes' : 'no'),
    renderRow('Description', code(snapshot?.description)),
    renderRow('Duration', formatDuration(endedAt - startedAt)),
  ]
  return `<table>${rows.join('')}</table>`
}

/** Empty without a value. */
function renderRow(name: string, cell: string): string {
  return cell === '' ? '' : `<tr><th align="left">${name}</th><td>${cell}</td></tr>`
}

/** The restore point and, if the step did not create the snapshot, its age when Atlas sent it. */
function renderRestorePoint({ snapshot, created }: PartialResult): string {
  if (snapshot === undefined) return ''
  const instant = code(snapshot.createdAt)
  if (instant === '') return isFinished(snapshot) ? '' : 'available after completion'
  const ageMs = restorePointAge(snapshot)
  if (created !== false || ageMs === undefined) return instant
  return `${instant}, ${ageMs > DAY_MS ? '⚠️ ' : ''}${formatDuration(ageMs)} old`
}

/** A value in code font. Empty if nothing is visible. */
function code(value = ''): string {
  const escaped = escapeHtml(value)
  return escaped === '' ? '' : `<code>${escaped}</code>`
}

/** What to do after a bad deployment. Empty unless the step succeeded, and its snapshot is completed. */
function renderRestore(
  { cluster, dryRun, error, result: { snapshot } }: SummaryFacts,
  runbookUrl: string | undefined,
): string[] {
  if (dryRun || error !== undefined || snapshot === undefined || !isCompleted(snapshot)) return []
  const { groupId, clusterName } = cluster
  const runbook = runbookUrl === undefined ? 'runbook' : link(runbookUrl, 'runbook')
  const page = link(RESTORE_PAGE, 'Restore from a Scheduled or On-Demand Snapshot')
  const command = [
    'atlas backups restores start automated',
    `--projectId ${groupId}`,
    `--clusterName ${clusterName}`,
    `--snapshotId ${snapshot.id}`,
    `--targetProjectId ${groupId}`,
    `--targetClusterName ${TARGET}`,
  ]
  return [
    [
      '<h4>If your deployment fails, or data is damaged</h4>',
      `<p>First follow the ${runbook} of this action, and re-run nothing before. Often a new commit or a few collections suffice, and the right snapshot can be that of an earlier attempt or run.</p>`,
      '<h4>Restore this snapshot</h4>',
      `<p><strong>Restoring replaces all data in the cluster.</strong> Writes after the restore point are lost. See ${page} in the Atlas documentation. In this command of the Atlas CLI, replace <code>${TARGET}</code> with the cluster to restore to.</p>`,
    ].join('\n'),
    fenced('sh', command.join(' \\\n  ')),
  ]
}

function fenced(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``
}
