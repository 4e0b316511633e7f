import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { documents } from '../support/documents.js'

const manifest = readFileSync(join(projectRoot(), 'package.json'), 'utf8')
const scripts: Readonly<Record<string, string>> = JSON.parse(manifest).scripts
const commands = documents().flatMap(({ text }) =>
  Array.from(text.matchAll(/\bnpm (?:run |(?=test\b))([a-z:]+)([^#&`\n]*)/g), ([, name = '', args = '']) => {
    return { name, options: args.match(/--[a-z][\w-]*|(?<=--scenario )\S+/g) ?? [] }
  }),
)

it('the commands in the documentation exist', () => {
  expect(Object.keys(scripts)).toStrictEqual(expect.arrayContaining(commands.map(({ name }) => name)))
})

const documented = commands.filter(({ options }) => options.length > 0).map(({ name }) => name)

it.each([...new Set(documented)])('npm run %s explains the options that the pages use', (script) => {
  const program = scripts[script]?.split(' ').at(-1) ?? ''
  const args = [join(projectRoot(), program), '--help']
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  const used = commands.filter(({ name }) => name === script).flatMap(({ options }) => options)
  expect(used.filter((option) => !new RegExp(` ${option}\\b`).test(`${stdout}${stderr}`))).toStrictEqual([])
})
