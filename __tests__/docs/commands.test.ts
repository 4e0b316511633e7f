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

it.each(commands.filter(({ options }) => options.length > 0))(
  'npm run $name explains $options, which a page uses',
  ({ name, options }) => {
    const program = scripts[name]?.split(' ').at(-1) ?? ''
    const args = [join(projectRoot(), program), '--help']
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    const help = `${stdout}${stderr}`
    expect(options.filter((option) => !new RegExp(` ${option}\\b`).test(help))).toStrictEqual([])
  },
)
