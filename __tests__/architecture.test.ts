import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { projectRoot } from '../script/root.js'

/** What a forbidden import looks like: a new file with one line, and the rule that has to name it. */
interface Planted {
  readonly rule: string
  readonly file: string
  readonly code: string
}

const PLANTED: readonly Planted[] = [
  {
    rule: 'core-knows-nothing-of-actions',
    file: 'src/snapshot/planted-action.ts',
    code: "import type { Inputs } from '../action/inputs.js'\nexport type Planted = Inputs\n",
  },
  {
    rule: 'core-knows-nothing-of-actions',
    file: 'src/atlas/planted-action.ts',
    code: "export * from '../action/html.js'\n",
  },
  {
    rule: 'core-knows-nothing-of-actions',
    file: 'src/planted-index.ts',
    code: "import './index.js'\n",
  },
  {
    rule: 'atlas-knows-nothing-of-snapshots-taken',
    file: 'src/atlas/planted-snapshot.ts',
    code: "export const load = () => import('../snapshot/tag.js')\n",
  },
  {
    rule: 'shared-knows-nobody',
    file: 'src/planted-atlas.ts',
    code: "import { parseJson } from './atlas/json.js'\nexport { parseJson }\n",
  },
  {
    rule: 'entry-starts-the-action-alone',
    file: 'src/index.ts',
    code: "import './atlas/connection.js'\n",
  },
  {
    rule: 'toolkit-in-action-alone',
    file: 'src/snapshot/planted-toolkit.ts',
    code: "import { info } from '@actions/core'\nexport { info }\n",
  },
  {
    rule: 'toolkit-in-action-alone',
    file: 'src/atlas/planted-toolkit.ts',
    code: "import { getOctokit } from '@actions/github'\nexport { getOctokit }\n",
  },
  {
    rule: 'http-at-the-seam-alone',
    file: 'src/atlas/planted-http.ts',
    code: "import { HttpClient } from '@actions/http-client'\nexport { HttpClient }\n",
  },
  {
    rule: 'http-at-the-seam-alone',
    file: 'src/action/planted-http.ts',
    code: "import { request } from 'node:https'\nexport { request }\n",
  },
  {
    rule: 'snapshot-does-nothing-by-itself',
    file: 'src/snapshot/planted-io.ts',
    code: "import { readFileSync } from 'node:fs'\nexport { readFileSync }\n",
  },
  {
    rule: 'src-stands-alone',
    file: 'src/action/planted-emulator.ts',
    code: "import type { Atlas } from '../../emulator/atlas.js'\nexport type Planted = Atlas\n",
  },
  {
    rule: 'src-stands-alone',
    file: 'src/atlas/planted-script.ts',
    code: "import { projectRoot } from '../../script/root.js'\nexport { projectRoot }\n",
  },
  {
    rule: 'only-dependencies-in-the-bundle',
    file: 'src/action/planted-dev.ts',
    code: "import { parse } from 'yaml'\nexport { parse }\n",
  },
  {
    rule: 'emulator-stands-alone',
    file: 'emulator/planted-src.ts',
    code: "import type { HttpResponse } from '../src/atlas/http.js'\nexport type Planted = HttpResponse\n",
  },
  {
    rule: 'simulation-stands-on-src-and-emulator',
    file: 'simulation/planted-script.ts',
    code: "import { projectRoot } from '../script/root.js'\nexport { projectRoot }\n",
  },
  {
    rule: 'only-tests-import-tests',
    file: 'bench/planted-test.ts',
    code: "import { idOf } from '../__tests__/support/scripted-client.js'\nexport { idOf }\n",
  },
  {
    rule: 'no-cycles',
    file: 'src/format.ts',
    code: "export { sleep } from './timers.js'\n",
  },
  {
    rule: 'every-import-is-found',
    file: 'emulator/planted-nowhere.ts',
    code: "import { nowhere } from './nowhere.js'\nexport { nowhere }\n",
  },
]

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-architecture-'))

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

describe('the direction of imports', () => {
  it('is kept, as the project is', () => {
    expect(check(projectRoot())).toEqual({ status: 0, found: [] })
  })
})

describe('the check of it', () => {
  let checked: ReturnType<typeof check>

  beforeAll(() => {
    copyTo(folder)
    for (const { file, code } of PLANTED) writeFileSync(join(folder, file), code)
    checked = check(folder)
  })

  it('fails where a forbidden import was added', () => {
    expect(checked.status).toBeGreaterThan(0)
  })

  it.each(PLANTED)('finds by $rule what $file imports', ({ rule, file }) => {
    expect(checked.found).toContain(`${rule}: ${file}`)
  })

  it('has a case for each of its rules', () => {
    const config = readFileSync(join(projectRoot(), '.dependency-cruiser.mjs'), 'utf8')
    const rules = [...config.matchAll(/^ {6}name: '([\w-]+)'/gm)].map(([, name]) => name)
    expect(new Set(PLANTED.map(({ rule }) => rule))).toEqual(new Set(rules))
  })
})

/** What there is to check, with the packages that are installed. */
function copyTo(target: string): void {
  for (const path of [
    'src',
    'emulator',
    'simulation',
    'script',
    'bench',
    '__tests__',
    '.dependency-cruiser.mjs',
    'package.json',
    'tsconfig.json',
  ])
    cpSync(join(projectRoot(), path), join(target, path), { recursive: true })
  symlinkSync(join(projectRoot(), 'node_modules'), join(target, 'node_modules'), 'junction')
}

/** Makes the check of `npm run architecture`, but for what readies a clone; what it finds, as `RULE: FILE`. */
function check(cwd: string): { status: number | null; found: readonly string[] } {
  const manifest = readFileSync(join(projectRoot(), 'package.json'), 'utf8')
  const [, program = '', given = ''] = /"architecture": ".* && node (\S+) (.*)"/.exec(manifest) ?? []
  const { status, stdout } = spawnSync(process.execPath, [program, ...given.split(' ')], {
    cwd,
    encoding: 'utf8',
  })
  if (!stdout.includes(' dependencies cruised')) throw new Error(`nothing was checked: ${stdout}`)
  return { status, found: [...stdout.matchAll(/^ +error (\S+: \S+)/gm)].map(([, name = '']) => name) }
}
