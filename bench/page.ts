import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withRegion } from '../script/region.js'
import { projectRoot } from '../script/root.js'
import type { Results } from './results.js'
import { asMarkdown } from './table.js'
import { machineOf, tablesOf } from './tables.js'

/** `docs/performance.md` as it is, and as the results say it should be. */
export function performancePage(results: Results): { path: string; current: string; wanted: string } {
  const path = join(projectRoot(), 'docs', 'performance.md')
  const current = readFileSync(path, 'utf8')
  const wanted = tablesOf(results).reduce(
    (page, table) => withRegion(page, table.region, asMarkdown(table)),
    withRegion(current, 'machine', machineOf(results)),
  )
  return { path, current, wanted }
}

export function writePerformancePage(results: Results): void {
  const { path, wanted } = performancePage(results)
  writeFileSync(path, wanted)
}
