import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from '@actions/languageservice'
import { describe, expect, it } from '@jest/globals'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { projectRoot } from '../../script/root.js'
import { asStrings, parseJson } from '../../src/atlas/json.js'
import { examples, workflowFiles } from '../support/workflow.js'

const files = workflowFiles()
/** A key of GitHub's that this version of actionlint lacks. The language service checks it. */
const UNKNOWN_KEY = 'unexpected key "deployment" for "environment" section'
const actionYml = readFileSync(join(projectRoot(), 'action.yml'), 'utf8')

it('actionlint finds no mistake in the workflows or in the examples of the documentation', () => {
  const broken = `${files.find(({ path }) => path.endsWith('/ci.yml'))?.code}`.replace(
    'matrix.os',
    'matricks.os',
  )
  const found = actionlint([...files, ...examples(), { path: 'broken.yml', code: broken }])
  expect(found.filter((mistake) => !mistake.includes(UNKNOWN_KEY))).toStrictEqual([
    expect.stringMatching(/^broken\.yml:\d+: undefined variable "matricks"/),
  ])
})

describe("GitHub's language service", () => {
  it.each([...files, ...examples(), { path: 'action.yml', code: actionYml }])(
    'finds no mistake in $path',
    async (file) => {
      expect(await findMistakes(file.path, file.code)).toStrictEqual([])
    },
  )

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

/** A value that the service can't know, for example a variable that another step sets. */
const UNKNOWN_VALUE = 'Context access might be invalid'

/** Each text needs its own path, because the service caches files by path. */
async function findMistakes(path: string, code: string): Promise<unknown[]> {
  const uri = new URL(path, 'file:///project/').href
  const found = await validate(TextDocument.create(uri, 'yaml', 1, code))
  return found.flatMap(({ message }) => (`${message}`.startsWith(UNKNOWN_VALUE) ? [] : [message]))
}

function actionlint(
  workflows: readonly { readonly path: string; readonly code: string }[],
): readonly string[] {
  const program = join(projectRoot(), '__tests__', 'support', 'actionlint.cjs')
  // V8 takes three seconds to optimize actionlint. Without that, it runs in half a second.
  const { stdout } = spawnSync(process.execPath, ['--liftoff-only', program], {
    encoding: 'utf8',
    input: JSON.stringify(workflows),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  return asStrings(parseJson(stdout)) ?? ['actionlint printed no list']
}
