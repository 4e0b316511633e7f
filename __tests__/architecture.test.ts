import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { projectRoot } from '../script/root.js'
import { asObjects, asString, isJsonObject, type JsonObject, parseJson } from '../src/atlas/json.js'
import { documents, readBlocks } from './support/documents.js'

/** Files to add, each with an import that a rule forbids. */
const PLANTED: readonly (readonly [rule: string, file: string, code: string])[] = [
  ['core-imports-no-action', 'src/snapshot/planted-action.ts', "import type {} from '../action/inputs.js'"],
  ['http-only-at-the-seam', 'src/action/planted-http.ts', "import 'node:https'"],
  ['oracle-imports-no-src', 'simulation/oracle/planted-src.ts', "import '../../src/snapshot/polling.js'"],
]

describe('the architecture check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-architecture-'))
  let report: JsonObject

  beforeAll(() => {
    const [program = '', ...folders] = readCommand()
    for (const path of [...folders, '.dependency-cruiser.mjs', 'package.json', 'tsconfig.json'])
      cpSync(join(projectRoot(), path), join(folder, path), { recursive: true })
    symlinkSync(join(projectRoot(), 'node_modules'), join(folder, 'node_modules'), 'junction')
    for (const [, file, code] of PLANTED) writeFileSync(join(folder, file), `${code}\n`)
    report = cruise(folder, [program, ...folders])
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  it('finds each added forbidden import and none in the project', () => {
    const { summary } = report
    const found = asObjects(isJsonObject(summary) ? summary['violations'] : []).map(({ rule, from }) => {
      const { name, severity } = isJsonObject(rule) ? rule : {}
      return `${severity}: ${name}: ${from}`
    })
    expect(found.sort()).toStrictEqual(PLANTED.map(([rule, file]) => `error: ${rule}: ${file}`).sort())
  })

  it('finds exactly the imports that the diagram in docs/architecture.md shows', () => {
    const diagram = documents()
      .filter(({ path }) => path === 'docs/architecture.md')
      .flatMap((page) => readBlocks(page, 'mermaid'))
      .map(({ code }) => code)
      .join('\n')
    const drawn = [...diagram.matchAll(/^ *(\w+)(?:\[".*"\])? --(?: .* --)?> (\w+)/gm)]
    expect(drawn.map(([, from, to]) => `${from} --> ${to}`).sort()).toStrictEqual(importsBetweenParts(report))
  })
})

/** The script and the folders of `npm run architecture`. */
function readCommand(): string[] {
  const manifest = readFileSync(join(projectRoot(), 'package.json'), 'utf8')
  return /"architecture": ".* && node (.*)"/.exec(manifest)?.[1]?.split(' ') ?? []
}

/** Runs dependency-cruiser on a project and returns its report. */
function cruise(cwd: string, command: readonly string[]): JsonObject {
  const { stdout, stderr } = spawnSync(process.execPath, [...command, '--output-type', 'json'], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const report = parseJson(stdout)
  if (!isJsonObject(report)) throw new Error(stderr)
  return report
}

/** `FROM --> TO` for each import between two parts of the diagram. */
function importsBetweenParts({ modules }: JsonObject): string[] {
  const arrows = asObjects(modules)
    .filter(({ source }) => !basename(asString(source) ?? '').includes('planted'))
    .flatMap(({ source, dependencies }) =>
      asObjects(dependencies).map(({ resolved }) => [toPart(source), toPart(resolved)]),
    )
    .flatMap(([from, to]) =>
      from === undefined || to === undefined || from === to ? [] : [`${from} --> ${to}`],
    )
  return [...new Set(arrows)].sort()
}

/** The part of the diagram that contains the file, if any. */
function toPart(path: unknown): string | undefined {
  const text = asString(path) ?? ''
  if (text === 'src/index.ts') return 'entry'
  if (/^src\/[^/]+$/.test(text)) return 'shared'
  if (/@actions\/(core|github)\//.test(text)) return 'toolkit'
  if (text.includes('@actions/http-client/')) return 'http'
  return /^(?:src\/)?(action|snapshot|atlas|emulator)\//.exec(text)?.[1]
}
