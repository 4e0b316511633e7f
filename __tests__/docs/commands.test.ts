import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { documents, readBlocks, readProse } from '../support/documents.js'

interface Command {
  readonly name: string
  /** Flags, and the argument of --scenario. */
  readonly options: readonly string[]
}

const commands = documents()
  .flatMap((document) => [
    ...readBlocks(document, 'console').flatMap(({ code }) => code.split('\n')),
    ...[...readProse(document).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code),
  ])
  .flatMap(readCommand)
const manifest = readFileSync(join(projectRoot(), 'package.json'), 'utf8')

describe('the commands in the documentation', () => {
  it('exist', () => {
    expect(commands.length).toBeGreaterThan(15)
    expect(commands.filter(({ name }) => !manifest.includes(`\n    "${name}": "`))).toStrictEqual([])
  })

  it('have only flags and scenarios that are in the help of the command', () => {
    const withOptions = commands.filter(({ options }) => options.length > 0)
    expect(withOptions.map(({ options }) => options)).toContainEqual(['--scenario', 'conflict'])
    for (const each of new Set(withOptions.map(({ name }) => name))) {
      const help = readHelp(each)
      const isKnown = (option: string) => new RegExp(`^.* ${option}(?![\\w-])`, 'm').test(help)
      const options = withOptions.filter(({ name }) => name === each).flatMap((command) => command.options)
      expect([each, ...options.filter((option) => !isKnown(option))]).toStrictEqual([each])
    }
  })
})

/** The npm script in a line of code, without its comment and later commands. Ignores commands of npm itself. */
function readCommand(line: string): Command[] {
  const [command = ''] = line.split(/#|&&/)
  const [, name, rest = ''] = /^npm (?:run |(?=test\b))([a-z]+)\b(.*)/.exec(command) ?? []
  if (name === undefined) return []
  return [{ name, options: rest.match(/--[a-z][\w-]*|(?<=--scenario )\S+/g) ?? [] }]
}

/** The help of a command, or the error that says how to run it. */
function readHelp(name: string): string {
  const program = new RegExp(`"${name}": ".*&& node (?:--\\S+ )*(\\S+js)`).exec(manifest)?.[1]
  if (program === undefined) throw new Error(`npm run ${name} does not start a program`)
  const args = [join(projectRoot(), program), '--help']
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return `${stdout}${stderr}`
}
