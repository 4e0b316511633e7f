import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { OBSTACLES } from '../src/atlas/cluster.js'
import { REMEDIES } from '../src/atlas/remedies.js'
import { readMetadata } from './metadata.js'
import { withRegion } from './region.js'
import { isMain, projectRoot } from './root.js'
import { withTables } from './tables.js'
import { troubleshooting } from './troubleshooting.js'

const usage = `usage: npm run docs -- [--check]

Writes into README.md the tables of inputs and outputs, from action.yml, and what to do about each refusal
of Atlas and each obstacle of a cluster, from src/atlas/remedies.ts and cluster.ts.
--check writes nothing and fails where README.md is not current.
`

/** README.md as it is, and as action.yml and the remedies say it should be. */
export function readReadme(): { path: string; current: string; wanted: string } {
  const path = join(projectRoot(), 'README.md')
  const current = readFileSync(path, 'utf8')
  const rows = [...REMEDIES, ...Object.values(OBSTACLES)]
  const tables = withTables(current, readMetadata())
  return { path, current, wanted: withRegion(tables, 'troubleshooting', troubleshooting(rows)) }
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } })
  if (values.help) {
    process.stdout.write(usage)
  } else {
    const { path, current, wanted } = readReadme()
    if (!values.check) {
      writeFileSync(path, wanted)
    } else if (current !== wanted) {
      process.stderr.write(
        'README.md is not what action.yml and the remedies in src/atlas make\nrun: npm run docs\n',
      )
      process.exitCode = 1
    }
  }
}
