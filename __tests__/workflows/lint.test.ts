import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from '@actions/languageservice'
import { describe, expect, it } from '@jest/globals'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { projectRoot } from '../../script/root.js'
import { parseJson } from '../../src/atlas/json.js'
import { examples, workflowFiles } from '../support/workflow.js'

const files = workflowFiles()
const actionYml = readFileSync(join(projectRoot(), 'action.yml'), 'utf8')

it('actionlint finds no mistake in the workflows or in the examples of the documentation', () => {
  const broken = `${files.find(({ path }) => path.endsWith('/ci.yml'))?.code}`.replace(
    'matrix.os',
    'matricks.os',
  )
  expect(actionlint([...files, ...examples(), { path: 'broken.yml', code: broken }])).toStrictEqual([
    expect.stringMatching(/^broken\.yml:\d+: undefined variable "matricks"/),
  ])
})

describe("GitHub's language service", () => {
  it.each([...files, { path: 'action.yml', code: actionYml }])('finds no mistake in $path', async (file) => {
    expect(await findMistakes(file.path, file.code)).toStrictEqual([])
  })

  it('finds a wrong key', async () => {
    const [file] = files
    expect(await findMistakes(`other/${file?.path}`, `${file?.code.replace('runs-on', 'run-on')}`)).toContain(
      "Unexpected value 'run-on'",
    )
    expect(await findMistakes('other/action.yml', actionYml.replace('main:', 'mian:'))).toContain(
      "Unexpected value 'mian'",
    )
  })
})

/** Each text needs its own path, because the service caches files by path. */
async function findMistakes(path: string, code: string): Promise<unknown[]> {
  const uri = new URL(path, 'file:///project/').href
  return (await validate(TextDocument.create(uri, 'yaml', 1, code))).map(({ message }) => message)
}

function actionlint(workflows: readonly { readonly path: string; readonly code: string }[]): unknown {
  const program = join(projectRoot(), '__tests__', 'support', 'actionlint.cjs')
  // V8 takes three seconds to optimize actionlint. Without that, it runs in half a second.
  const { stdout } = spawnSync(process.execPath, ['--liftoff-only', program], {
    encoding: 'utf8',
    input: JSON.stringify(workflows),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  return parseJson(stdout)
}
