import * as core from '@actions/core'
import { type Failure, messageOf } from '../failure.js'
import { formatBytes, formatDuration } from '../format.js'
import { plainLine } from './logger.js'
import type { Known } from './outputs.js'

/** What the summary tells. */
export interface SummaryFacts {
  readonly clusterName: string
  readonly backupPage: string
  readonly known: Known
  /** Headline and remedy of a failed step. */
  readonly failure: Pick<Failure, 'title' | 'message' | 'remedy'> | undefined
}

/** Writes the job summary; that it cannot be written is a warning, since the snapshot is what counts. */
export async function writeSummary(facts: SummaryFacts): Promise<void> {
  if ((process.env['GITHUB_STEP_SUMMARY'] ?? '') === '') return
  try {
    await core.summary.addRaw(summaryOf(facts), true).write()
  } catch (error) {
    core.warning(plainLine(`The job summary could not be written: ${messageOf(error)}`))
  }
}

/** The summary as HTML without blank lines, in which Markdown means nothing; every value is escaped. */
export function summaryOf({ clusterName, backupPage, known, failure }: SummaryFacts): string {
  const { snapshot, created, durationMs } = known
  const rows: readonly [string, string | undefined][] = [
    ['Cluster', clusterName],
    ['Snapshot', snapshot?.id],
    ['Status', snapshot?.status],
    ['Taken by this step', created === undefined ? undefined : created ? 'yes' : 'no'],
    ['Description', snapshot?.description],
    ['Point in time', snapshot?.createdAt],
    ['Kept until', snapshot?.expiresAt],
    ['Size', snapshot?.storageSizeBytes === undefined ? undefined : formatBytes(snapshot.storageSizeBytes)],
    ['Waited', durationMs === undefined ? undefined : formatDuration(durationMs)],
  ]
  const cells = rows.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`<tr><th>${name}</th><td>${escapeHtml(value)}</td></tr>`],
  )
  const lines = [
    `<h3>${escapeHtml(headlineOf(clusterName, known, failure?.title))}</h3>`,
    ...(failure === undefined
      ? []
      : [`<p><strong>${escapeHtml(failure.remedy)}</strong></p>`, `<p>${escapeHtml(failure.message)}</p>`]),
    `<table>${cells.join('')}</table>`,
    `<p><a href="${escapeHtml(backupPage)}">The cluster's backups in Atlas</a></p>`,
  ]
  return lines.join('\n')
}

function headlineOf(clusterName: string, { snapshot, created }: Known, title: string | undefined): string {
  if (title !== undefined) return `Atlas snapshot of ${clusterName}: ${title}`
  const taken = created === false ? 'adopted' : 'taken'
  return snapshot?.status === 'completed'
    ? `Atlas snapshot of ${clusterName} completed`
    : `Atlas snapshot of ${clusterName} ${taken}, ${snapshot?.status ?? 'status unknown'}`
}

function escapeHtml(text: string): string {
  return plainLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
