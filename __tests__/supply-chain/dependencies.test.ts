import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { isJsonObject, type JsonObject } from '../../src/atlas/json.js'

const read = (...path: readonly string[]) => readFileSync(join(projectRoot(), ...path), 'utf8')
const toObject = (value: unknown): JsonObject => (isJsonObject(value) ? value : {})

const manifest = toObject(JSON.parse(read('package.json')))
const wanted = Object.entries({
  ...toObject(manifest['dependencies']),
  ...toObject(manifest['devDependencies']),
})

describe('the dependencies', () => {
  it('are in the table in CONTRIBUTING.md, each with a reason', () => {
    const [section = ''] = /^## Dependencies\n.*?(?=^## )/ms.exec(read('CONTRIBUTING.md')) ?? []
    const rows = [...section.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)]
    expect(wanted.length).toBeGreaterThan(10)
    expect(rows.map(([, name]) => name).sort()).toStrictEqual(wanted.map(([name]) => name).sort())
    expect(rows.filter(([, , reason = '']) => reason.length < 20)).toStrictEqual([])
  })

  it('have exact versions and a hash for each installed package', () => {
    const exact = /^(npm:@?[\w/-]+@)?\d+\.\d+\.\d+$|^file:packages\/[\w-]+$/
    expect(wanted.filter(([, version]) => !exact.test(String(version)))).toStrictEqual([])

    const installed = Object.entries(toObject(toObject(JSON.parse(read('package-lock.json')))['packages']))
      .filter(([path]) => path.startsWith('node_modules/'))
      .map(([path, entry]) => ({ path, ...toObject(entry) }))
    expect(installed.length).toBeGreaterThan(100)
    expect(
      installed.filter(
        ({ link, integrity }: JsonObject) => link !== true && !/^sha512-/.test(String(integrity)),
      ),
    ).toStrictEqual([])
  })

  it('are installed without running their scripts', () => {
    expect(read('script', 'setup.mjs')).toMatch(/'ci', '--ignore-scripts'/)
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m)
  })
})

describe('the commands of package.json', () => {
  it('use only syntax that works in the shells of all systems', () => {
    const commands = Object.values(toObject(manifest['scripts'])).flatMap((script) =>
      String(script).split(' && '),
    )
    expect(commands.length).toBeGreaterThan(20)
    expect(
      commands.filter((command) => !/^(node|npm|tsc|biome|git)( [\w@./-]+)*$/.test(command)),
    ).toStrictEqual([])
  })
})
