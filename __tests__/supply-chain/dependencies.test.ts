import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'

const read = (path: string) => readFileSync(join(projectRoot(), path), 'utf8')

type Texts = Readonly<Record<string, string>>
const { dependencies, devDependencies }: Readonly<Record<string, Texts>> = JSON.parse(read('package.json'))
const wanted = Object.entries({ ...dependencies, ...devDependencies })

describe('the dependencies', () => {
  it('are in the table in docs/maintaining.md, each with a reason', () => {
    const [section = ''] = /^## Dependencies\n.*/ms.exec(read('docs/maintaining.md')) ?? []
    const rows = [...section.matchAll(/^\| (`.+`) \| (.*) \|$/gm)]
    const names = rows.flatMap(([, cell = '']) => cell.slice(1, -1).split('`, `'))
    expect(wanted.length).toBeGreaterThan(10)
    expect(names.sort()).toStrictEqual(wanted.map(([name]) => name).sort())
    expect(rows.filter(([, , reason = '']) => reason.length < 20)).toStrictEqual([])
  })

  it('have exact versions and a hash for each installed package', () => {
    const exact = /^(npm:@?[\w/-]+@)?\d+\.\d+\.\d+$|^file:packages\/[\w-]+$/
    expect(wanted.filter(([, version]) => !exact.test(version))).toStrictEqual([])

    const { packages }: { packages: Record<string, { link?: true; integrity?: string }> } = JSON.parse(
      read('package-lock.json'),
    )
    const installed = Object.entries(packages).filter(
      ([path, { link }]) => path.startsWith('node_modules/') && !link,
    )
    expect(installed.length).toBeGreaterThan(100)
    expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toStrictEqual([])
  })

  it('are installed with those for development, and without running their scripts', () => {
    expect(read('script/setup.mjs')).toMatch(/'ci', '--ignore-scripts', '--include=dev'/)
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m)
  })
})
