import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { readReadme } from '../../script/docs.js'
import { readMetadata } from '../../script/metadata.js'
import { projectRoot } from '../../script/root.js'
import { withTables } from '../../script/tables.js'

const metadata = readMetadata()
const inputNames = metadata.inputs.map(({ name }) => name)
const outputNames = metadata.outputs.map(({ name }) => name)

describe('README.md', () => {
  const { current, wanted } = readReadme()
  const examples = [...current.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml)

  it('has the tables that action.yml makes', () => {
    expect(current).toBe(wanted)
  })

  it('names only inputs that exist in its examples', () => {
    const used = examples.flatMap((yaml) => stepsOfThisAction(parse(yaml)).flatMap(({ inputs }) => inputs))
    expect(used).not.toHaveLength(0)
    expect(used.filter((name) => !inputNames.includes(name))).toEqual([])
  })

  it('names only steps and outputs that exist in its examples', () => {
    for (const yaml of examples) {
      const ids = stepsOfThisAction(parse(yaml)).map(({ id }) => id)
      for (const [, id = '', output = ''] of yaml.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        expect(ids).toContain(id)
        expect(outputNames).toContain(output)
      }
    }
  })

  it('waits in its first example', () => {
    expect(examples[0]).toContain('wait: true')
  })

  it('never pastes an expression into a script', () => {
    for (const yaml of examples) {
      for (const [, script = ''] of yaml.matchAll(/\brun: (.*)$/gm)) expect(script).not.toContain('${{')
    }
  })

  it('links only to files that exist', () => {
    for (const [, target = ''] of current.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      expect(() => readFileSync(join(projectRoot(), target))).not.toThrow()
    }
  })
})

describe('docs/reliability.md', () => {
  const page = readFileSync(join(projectRoot(), 'docs', 'reliability.md'), 'utf8')
  const proofs = [...page.matchAll(/\]\(\.\.\/(__tests__\/[^)]+\.ts)\) "([^"]+)"/g)]

  it('names only tests that exist', () => {
    expect(proofs.length).toBeGreaterThan(15)
    for (const [, file = '', name = ''] of proofs) {
      expect(readFileSync(join(projectRoot(), file), 'utf8')).toContain(name)
    }
  })

  it('links only to files that exist', () => {
    for (const [, target = ''] of page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      expect(existsSync(join(projectRoot(), 'docs', target))).toBe(true)
    }
  })
})

describe('the tables', () => {
  const readme = '<!-- inputs:start --><!-- inputs:end --><!-- outputs:start --><!-- outputs:end -->'
  const action = (description: string) =>
    `inputs: { one: { description: ${JSON.stringify(description)}, default: 'a|b' } }\noutputs: {}\n`

  it('escape what would end a cell or start a tag', () => {
    const made = withTables(readme, readMetadata(action('x | y\nz <b> `<c>`')))
    expect(made).toContain('| `one` | `a\\|b` | x \\| y z &lt;b> `<c>` |')
  })

  it('fail without a description, naming the input', () => {
    expect(() => readMetadata(action(' '))).toThrow('action.yml: input one has no description')
  })

  it('fail without their markers', () => {
    expect(() => withTables('# Read me', metadata)).toThrow('<!-- inputs:start -->')
  })
})

/** Every step of a workflow that uses this action, wherever it stands: its id and the keys of its `with:`. */
function stepsOfThisAction(value: unknown): { id: string; inputs: string[] }[] {
  if (typeof value !== 'object' || value === null) return []
  const fields = new Map<string, unknown>(Object.entries(value))
  const uses = fields.get('uses')
  if (typeof uses !== 'string' || !/^(OWNER\/REPO@|\.\/)/.test(uses)) {
    return [...fields.values()].flatMap(stepsOfThisAction)
  }
  return [{ id: String(fields.get('id')), inputs: Object.keys(Object(fields.get('with'))) }]
}
