import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { isJsonObject, parseJson } from '../../src/atlas/json.js'
import { documents, readBlocks, readProse } from '../support/documents.js'

const pages = documents()

describe('the diagram in docs/architecture.md', () => {
  it('shows the imports between the parts, all of them and no others', () => {
    const diagram = pages
      .filter(({ path }) => path === 'docs/architecture.md')
      .flatMap((page) => readBlocks(page, 'mermaid'))
      .map(({ code }) => code)
      .join('\n')
    const drawn = [...diagram.matchAll(/^ *(\w+)(?:\[".*"\])? --(?: .* --)?> (\w+)/gm)]
    expect(drawn.map(([, from, to]) => `${from} --> ${to}`).sort()).toEqual(importsBetweenParts())
  })
})

describe('a path in the documentation', () => {
  const PATH = /`((?:src|emulator|script|packages|docs|dist|bench|__tests__|\.ci|\.github)\/[\w./-]*)`/g
  const named = pages.flatMap((page) =>
    [...readProse(page).matchAll(PATH)].map(([, path = '']) => ({ page: page.path, path })),
  )

  it('is one of this repository', () => {
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter(({ path }) => !existsSync(join(projectRoot(), path)))).toEqual([])
  })
})

/** `FROM --> TO` for each two parts of the diagram of which one imports the other, by the imports themselves. */
function importsBetweenParts(): string[] {
  const program = join(projectRoot(), 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')
  const given = [program, 'src', 'emulator', '--output-type', 'json']
  const { stdout } = spawnSync(process.execPath, given, {
    cwd: projectRoot(),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const pairs = readList(parseJson(stdout), 'modules').flatMap((module) =>
    readList(module, 'dependencies').map((dependency) => [
      toPart(readText(module, 'source')),
      toPart(readText(dependency, 'resolved')),
    ]),
  )
  const arrows = pairs.flatMap(([from, to]) =>
    from === undefined || to === undefined || from === to ? [] : [`${from} --> ${to}`],
  )
  return [...new Set(arrows)].sort()
}

/** The name of the part in the diagram, `undefined` for Node's own modules. */
function toPart(path: string): string | undefined {
  if (path === 'src/index.ts') return 'entry'
  if (/^src\/[^/]+$/.test(path)) return 'shared'
  if (/@actions\/(core|github)\//.test(path)) return 'toolkit'
  if (path.includes('@actions/http-client/')) return 'http'
  const [, folder] = /^(?:src\/)?(\w+)\//.exec(path) ?? []
  return folder
}

function readList(value: unknown, key: string): readonly unknown[] {
  const list: unknown = isJsonObject(value) ? value[key] : undefined
  if (!Array.isArray(list)) throw new Error(`no list ${key} in what dependency-cruiser says`)
  return list
}

function readText(value: unknown, key: string): string {
  const text = isJsonObject(value) ? value[key] : undefined
  if (typeof text !== 'string') throw new Error(`no text ${key} in what dependency-cruiser says`)
  return text
}
