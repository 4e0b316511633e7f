import type { History, Stretch } from './timeline.js'

/** More rows than these say nothing more; the middle is left out. */
const MOST_ROWS = 40
const SECTIONS: readonly (readonly [Stretch['kind'], string])[] = [
  ['step', 'This step'],
  ['retry', 'Tried again'],
  ['snapshot', 'Snapshot in Atlas'],
]
/** A bar that is shorter than this share of the whole could not be seen. */
const SHORTEST_SHARE = 0.01

/**
 * A step's history as a Mermaid gantt, `undefined` where there is nothing to draw. Whatever Mermaid could read as more
 * than a name is taken out of the names, since a status is Atlas's own word.
 *
 * @param dataAsOf the instant whose data the snapshot holds, ISO 8601; drawn where it lies within the history
 */
export function ganttOf(history: History, dataAsOf?: string): string | undefined {
  const { stretches, startedAt, endedAt } = history
  if (stretches.length === 0) return undefined
  const shortest = (endedAt - startedAt) * SHORTEST_SHARE
  const last = stretches.findLast(({ kind }) => kind === 'snapshot')
  const sections = SECTIONS.flatMap(([kind, name]) => {
    const rows = shorten(
      stretches
        .filter((stretch) => stretch.kind === kind)
        .map((stretch) => rowOf(stretch, stretch === last, shortest)),
    )
    if (kind === 'snapshot') rows.push(...dataRow(history, dataAsOf))
    return rows.length === 0 ? [] : [`  section ${name}`, ...rows]
  })
  return [
    'gantt',
    '  title Times in UTC',
    '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    '  axisFormat %H:%M:%S',
    ...sections,
  ].join('\n')
}

function rowOf({ kind, label, from, to }: Stretch, isLast: boolean, shortest: number): string {
  const isEnd = kind === 'snapshot' && isLast && (label === 'completed' || label === 'failed')
  if (isEnd) {
    const tag = label === 'failed' ? 'crit, milestone' : 'milestone'
    return `  ${plain(label)} :${tag}, ${instant(from)}, 0ms`
  }
  const tag = kind === 'retry' ? 'crit' : kind === 'snapshot' && isLast ? 'active' : 'done'
  return `  ${plain(label)} :${tag}, ${instant(from)}, ${instant(Math.max(to, from + shortest))}`
}

function dataRow({ startedAt, endedAt }: History, dataAsOf = ''): string[] {
  const at = Date.parse(dataAsOf)
  return at >= startedAt && at <= endedAt ? [`  restore point :milestone, ${instant(at)}, 0ms`] : []
}

/** `2026-11-25 15:47:55.000`, in UTC. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}

function plain(label: string): string {
  const name = label.replace(/[^\p{L}\p{N} ().-]+/gu, ' ').trim()
  return name === '' ? 'unknown' : name.slice(0, 80)
}

function shorten(rows: readonly string[]): string[] {
  if (rows.length <= MOST_ROWS) return [...rows]
  return [...rows.slice(0, MOST_ROWS / 2), ...rows.slice(-MOST_ROWS / 2)]
}
