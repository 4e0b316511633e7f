import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BLOCKERS } from '../src/atlas/cluster.js'
import { REMEDIES } from '../src/atlas/remedies.js'
import { readMetadata } from './metadata.js'
import { withRegion } from './region.js'
import { isMain, projectRoot } from './root.js'
import { withTables } from './tables.js'
import { troubleshooting } from './troubleshooting.js'

const usage = `usage: npm run docs -- [--check]

Writes the tables of inputs and outputs, from action.yml, into README.md, and what to do about each refusal of
Atlas and each obstacle of a cluster, from src/atlas/remedies.ts and cluster.ts, into docs/troubleshooting.md.
--check writes nothing and fails where one of them is not current.
`

/** A page of which a part is generated. */
export interface Page {
  /** From the project's folder. */
  readonly name: string
  readonly current: string
  /** As action.yml and the remedies say it should be. */
  readonly wanted: string
}

/** The pages as they are, and as they should be. */
export function readPages(): Page[] {
  const remedies = [...REMEDIES, ...Object.values(BLOCKERS)]
  return [
    pageOf('README.md', (text) => withTables(text, readMetadata())),
    pageOf('docs/troubleshooting.md', (text) =>
      withRegion(text, 'troubleshooting', troubleshooting(remedies)),
    ),
  ]
}

function pageOf(name: string, madeAnew: (text: string) => string): Page {
  const current = readFileSync(join(projectRoot(), name), 'utf8')
  return { name, current, wanted: madeAnew(current) }
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } })
  if (values.help) {
    process.stdout.write(usage)
  } else {
    for (const { name, current, wanted } of readPages()) {
      if (!values.check) {
        writeFileSync(join(projectRoot(), name), wanted)
      } else if (current !== wanted) {
        process.stderr.write(`${name} is not what action.yml and the remedies in src/atlas make\n`)
        process.stderr.write('run: npm run docs\n')
        process.exitCode = 1
      }
    }
  }
}
