import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { projectRoot } from '../script/root.js'

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-imports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

/** Files with an import that is forbidden there. */
const FORBIDDEN: readonly (readonly [file: string, code: string, rule?: string])[] = [
  ['src/index.ts', "import './atlas/client.js'"],
  ['src/shared.ts', "import './atlas/json.js'"],
  ['src/action/emulator.ts', "import '../../emulator/atlas.js'"],
  ['src/action/http.ts', "export const http = await import('node:https')"],
  ['src/action/client.ts', "export { HttpClient } from '@actions/http-client'"],
  ['src/action/development.ts', "import 'yaml'", 'noUndeclaredDependencies'],
  ['src/snapshot/action.ts', "export type * from '../action/inputs.js'"],
  ['src/snapshot/io.ts', "import 'node:crypto'"],
  ['src/snapshot/package.ts', "import '@actions/core'"],
  ['src/atlas/snapshot.ts', "export type { Decision } from '../snapshot/decision.js'"],
  ['src/atlas/http.ts', "import 'node:http'"],
  ['src/atlas/node-http.ts', "import '../snapshot/create.js'"],
  ['emulator/src.ts', "import '../src/format.js'"],
  ['emulator/toolkit.ts', "import '@actions/core'"],
  ['simulation/tests.ts', "import '../__tests__/support/listen.js'"],
  ['simulation/oracle/src.ts', "import '../../src/format.js'"],
  ['script/tests.ts', "import '../__tests__/support/listen.js'"],
  ['bench/toolkit.ts', "import '@actions/github'"],
  ['simulation/cycle.ts', "export type * from './oracle/cycle.js'", 'noImportCycles'],
  ['simulation/oracle/cycle.ts', "export type * from '../cycle.js'", 'noImportCycles'],
]

it('npm run lint finds each import that docs/architecture.md forbids', () => {
  for (const file of ['biome.jsonc', 'package.json']) cpSync(join(projectRoot(), file), join(folder, file))
  for (const [file, code] of FORBIDDEN) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${code}\n`)
  }
  const biome = join(projectRoot(), 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const args = [biome, 'lint', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none']
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const errors = stdout
    .replaceAll('\\', '/')
    .split('\n')
    .filter((line) => line.startsWith('::error'))
  const missed = FORBIDDEN.filter(
    ([file, , rule = 'noRestrictedImports']) =>
      !errors.some((line) => line.includes(`/${rule},`) && line.includes(`/${file},`)),
  )
  expect(missed).toStrictEqual([])
})
