import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from '@actions/languageservice'
import { expect, it } from '@jest/globals'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { projectRoot } from '../../script/root.js'
import { examples, workflowFiles } from '../support/workflow.js'

const files = workflowFiles()
const actionYml = readFileSync(join(projectRoot(), 'action.yml'), 'utf8')

/** Finds reusable workflows, here or in an example that starts with its path. */
const fileProvider = {
  getFileContent: async ({ path }: { readonly path: string }) => {
    const isHere = (file: { readonly path: string; readonly code: string }) =>
      path.endsWith(file.path) || file.code.startsWith(`# ${path}\n`)
    return { name: path, content: [...files, ...examples()].find(isHere)?.code ?? '' }
  },
}

it.each([...files, ...examples(), { path: 'action.yml', code: actionYml }])(
  "GitHub's language service finds no mistake in $path",
  async ({ path, code }) => {
    const uri = new URL(path, 'file:///project/').href
    const found = await validate(TextDocument.create(uri, 'yaml', 1, code), { fileProvider })
    const mistakes = found.map(({ message }) => message)
    expect(mistakes).toStrictEqual([])
  },
)
