import { plainLine } from '../../src/action/logger.js'

/** Words from outside, each in its place as it is written there. */
export interface Words {
  readonly cell?: string
  readonly label?: string
  /** Markdown that follows at the end. */
  readonly after?: string
}

/** A summary in the shape that the action's has. */
export function summaryOf({ cell = 'nightly', label = 'nightly', after = '' }: Words = {}): string {
  return `<h3>Snapshot of demo completed</h3>
<p>The data of <strong>14:02:31</strong> is safe.</p>
<table><tr><th>Cluster</th><td>demo</td></tr><tr><th>In the way</th><td>${cell}</td></tr></table>

\`\`\`mermaid
gantt
  dateFormat YYYY-MM-DD HH:mm:ss
  axisFormat %H:%M:%S
  todayMarker off
  section Before
  ${label} :crit, c1, 2026-11-25 14:00:00, 2026-11-25 14:01:05
  section Snapshot
  queued :q1, 2026-11-25 14:01:05, 2026-11-25 14:01:12
  in progress :p1, 2026-11-25 14:01:12, 2026-11-25 14:03:44
  completed :milestone, m1, 2026-11-25 14:03:44, 0s
\`\`\`

<details><summary>Restore it</summary>

\`\`\`sh
atlas backups restores list demo
\`\`\`

</details>
<p><a href="https://cloud.mongodb.com/">Backups</a></p>

${after}
`
}

/** Words that mean nothing to HTML. */
export function escaped(words: string): string {
  return plainLine(words).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

/** Words that mean nothing to Mermaid, some of whose own start a line. */
export function asLabel(words: string): string {
  return `of ${words.replace(/[^\p{L}\p{N} ]/gu, '').slice(0, 20)}`
}
