import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readMetadata } from './metadata.js'
import { isMain, projectRoot } from './root.js'
import { withTables } from './tables.js'

const usage = `usage: npm run docs -- [--check]

Writes the tables of inputs and outputs in README.md from action.yml.
--check writes nothing and fails where they are not current.
`

/** README.md as it is, and as action.yml says it should be. */
export function readReadme(): { path: string; current: string; wanted: string } {
  const path = join(projectRoot(), 'README.md')
  const current = readFileSync(path, 'utf8')
  return { path, current, wanted: withTables(current, readMetadata()) }
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
      process.stderr.write('README.md: the tables are not those of action.yml\nrun: npm run docs\n')
      process.exitCode = 1
    }
  }
}
