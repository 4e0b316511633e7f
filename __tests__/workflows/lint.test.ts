import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from '@actions/languageservice'
import { describe, expect, it } from '@jest/globals'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { projectRoot } from '../../script/root.js'
import { examples, workflowFiles } from '../support/workflow.js'

const files = workflowFiles()
const actionYml = readFileSync(join(projectRoot(), 'action.yml'), 'utf8')

describe("GitHub's language service", () => {
  it.each([...files, ...examples(), { path: 'action.yml', code: actionYml }])(
    'finds no mistake in $path',
    async ({ path, code }) => {
      expect(await findMistakes(path, code)).toStrictEqual([])
    },
  )

  const ci = files.find(({ path }) => path.endsWith('/ci.yml'))?.code ?? ''
  it.each([
    ['key', 'ci.yml', ci.replace('runs-on', 'run-on'), "Unexpected value 'run-on'"],
    ['field', 'action.yml', actionYml.replace('main:', 'mian:'), "Unexpected value 'mian'"],
    ['job', 'ci.yml', ci.replace('[check,', '[chekc,'), "Job 'ci' depends on unknown job 'chekc'."],
    ['context', 'ci.yml', ci.replace('matrix.os', 'matricks.os'), "Unrecognized named-value: 'matricks'"],
    [
      'input',
      'ci.yml',
      ci.replace('/self-test.yml', '/self-test.yml\n    with: { os: x }'),
      'Invalid input, os is not defined in the referenced workflow.',
    ],
    ['property', 'ci.yml', ci.replace('matrix.os', 'matrix.so'), 'Context access might be invalid: so'],
  ])('finds a wrong %s', async (what, name, code, message) => {
    expect(await findMistakes(`wrong/${what}/${name}`, code)).toContain(message)
  })
})

/** Finds reusable workflows, here or in an example that starts with its path. */
const fileProvider = {
  getFileContent: async ({ path }: { readonly path: string }) => {
    const isHere = (file: { readonly path: string; readonly code: string }) =>
      path.endsWith(file.path) || file.code.startsWith(`# ${path}\n`)
    return { name: path, content: [...files, ...examples()].find(isHere)?.code ?? '' }
  },
}

/** Variables that a step sets. The service can't know them. */
const UNKNOWN_VARIABLE = /^Context access might be invalid: ATLAS_CLIENT_(ID|SECRET)$/

/** Each text needs its own path, because the service caches files by path. */
async function findMistakes(path: string, code: string): Promise<unknown[]> {
  const uri = new URL(path, 'file:///project/').href
  const found = await validate(TextDocument.create(uri, 'yaml', 1, code), { fileProvider })
  return found.map(({ message }) => message).filter((message) => !UNKNOWN_VARIABLE.test(String(message)))
}
