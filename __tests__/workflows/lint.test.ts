import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { validate } from '@actions/languageservice'
import { describe, expect, it } from '@jest/globals'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { projectRoot } from '../../script/root.js'
import { actionlint, NOTHING_FOUND } from '../support/actionlint.js'
import { workflowFiles } from '../support/workflow.js'

const files = workflowFiles()
const actionYml = readFileSync(join(projectRoot(), 'action.yml'), 'utf8')

describe('actionlint', () => {
  const lint = (change: (code: string) => string) =>
    actionlint(Object.fromEntries(files.map(({ path, code }) => [basename(path), change(code)])))

  it('has nothing to say about the workflows', () => {
    expect(lint((code) => code)).toMatch(NOTHING_FOUND)
  }, 60_000)

  it('would have, if a workflow named a context that there is not', () => {
    expect(lint((code) => code.replace('matrix.os', 'matricks.os'))).toMatch(/undefined variable "matricks"/)
  }, 60_000)
})

describe("GitHub's language service", () => {
  it.each(files)('has nothing to say about $path', async ({ path, code }) => {
    expect(await lintMessages(path, code)).toEqual([])
  })

  it('has nothing to say about action.yml', async () => {
    expect(await lintMessages('action.yml', actionYml)).toEqual([])
  })

  it('would have, if a key were wrong', async () => {
    const [file] = files
    expect(
      await lintMessages(`other/${file?.path}`, file?.code.replace('runs-on', 'run-on') ?? ''),
    ).toContain("Unexpected value 'run-on'")
    expect(await lintMessages('other/action.yml', actionYml.replace('main:', 'mian:'))).toContain(
      "Unexpected value 'mian'",
    )
  })
})

/** What it says about a file; it remembers what it read by the path. */
async function lintMessages(path: string, code: string): Promise<unknown[]> {
  const uri = new URL(path, 'file:///project/').href
  return (await validate(TextDocument.create(uri, 'yaml', 1, code))).map(({ message }) => message)
}
