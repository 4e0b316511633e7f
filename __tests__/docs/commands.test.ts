import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { documents, readBlocks, readProse } from '../support/documents.js'

interface Shown {
  readonly command: string
  readonly name: string
  readonly flags: readonly string[]
  /** The scenario of the demo that it asks for, if any. */
  readonly scenario: string | undefined
}

const shown = documents()
  .flatMap((document) => [
    ...readBlocks(document, 'console').flatMap(({ code }) => code.split('\n')),
    ...[...readProse(document).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code),
  ])
  .flatMap(readCommand)
const scripts = findScripts(readFileSync(join(projectRoot(), 'package.json'), 'utf8'))

describe('the commands in the documentation', () => {
  it('exist', () => {
    expect(shown.length).toBeGreaterThan(15)
    expect(shown.filter(({ name }) => !scripts.has(name))).toEqual([])
  })

  it('have the flags that are shown', () => {
    const withFlags = shown.filter(({ flags }) => flags.length > 0)
    expect(withFlags).not.toHaveLength(0)
    const help = new Map(withFlags.map(({ name }) => [name, runHelp(name, '--help')]))
    for (const { command, name, flags } of withFlags) {
      const unknown = flags.filter((flag) => !new RegExp(`${flag}(?![\\w-])`).test(help.get(name) ?? ''))
      expect({ command, unknown }).toEqual({ command, unknown: [] })
    }
  })

  it('name only scenarios of the demo that there are', () => {
    const scenarios = shown.flatMap(({ scenario }) => scenario ?? [])
    expect(scenarios).not.toHaveLength(0)
    const list = runHelp('demo', '--list')
    expect(scenarios.filter((scenario) => !new RegExp(`^\\s*${scenario}\\b`, 'm').test(list))).toEqual([])
  })
})

/** The command of this project in a line of code, without its comment; npm's own are npm's matter. */
function readCommand(line: string): Shown[] {
  const [command = ''] = line.split('#')
  const [, name, rest = ''] = /^npm (?:run |(?=test\b))([a-z]+)\b(.*)/.exec(command) ?? []
  if (name === undefined) return []
  return [
    {
      command: command.trim(),
      name,
      flags: rest.match(/--[a-z][\w-]*/g) ?? [],
      scenario: /--scenario (\S+)/.exec(rest)?.[1],
    },
  ]
}

/** What the program of a script prints, its own or a package's, started as the script does once the clone is ready. */
function runHelp(name: string, flag: string): string {
  const program = /&& node (?:--\S+ )*((?:build|node_modules)\/\S+js)/.exec(scripts.get(name) ?? '')?.[1]
  if (program === undefined) throw new Error(`npm run ${name} starts no program that could be asked`)
  return spawnSync(process.execPath, [join(projectRoot(), program), flag], { encoding: 'utf8' }).stdout
}

function findScripts(text: string): ReadonlyMap<string, string> {
  const manifest: unknown = JSON.parse(text)
  if (typeof manifest !== 'object' || manifest === null || !('scripts' in manifest)) return new Map()
  return new Map(Object.entries(manifest.scripts ?? {}).map(([name, script]) => [name, String(script)]))
}
