import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { isJsonObject } from '../../src/atlas/json.js'

const manifest: unknown = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'))
const section = /^## Dependencies\n(.*?)(?=^## )/ms.exec(
  readFileSync(join(projectRoot(), 'CONTRIBUTING.md'), 'utf8'),
)?.[1]
const rows = Array.from(section?.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm) ?? [], ([, name, reason]) => ({
  name,
  reason,
}))

describe('the table of dependencies', () => {
  it('has every package that package.json asks for, once, and no other', () => {
    const wanted = ['dependencies', 'devDependencies'].flatMap((kind) =>
      isJsonObject(manifest) && isJsonObject(manifest[kind]) ? Object.keys(manifest[kind]) : [],
    )
    expect(wanted.length).toBeGreaterThan(10)
    expect(rows.map(({ name }) => name).sort()).toEqual(wanted.sort())
  })

  it('has a reason for each', () => {
    expect(rows.filter(({ reason = '' }) => reason.length < 20)).toEqual([])
  })
})

describe('package.json', () => {
  it('has commands that the shells of all systems read alike', () => {
    const scripts = isJsonObject(manifest) && isJsonObject(manifest['scripts']) ? manifest['scripts'] : {}
    const commands = Object.values(scripts).flatMap((script) => String(script).split(' && '))
    expect(commands.length).toBeGreaterThan(20)
    expect(commands.filter((command) => !/^(node|tsc|biome)( [\w@./-]+)*$/.test(command))).toEqual([])
  })
})
