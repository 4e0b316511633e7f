import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, it } from '@jest/globals'
import { documents, readBlocks } from '../support/documents.js'

const COMMANDS = ['jq --version', 'gh variable', 'atlas projects', 'gh secret', 'atlas organizations']
const PRIVATE_KEY = '0c9a-private'
/** Each stand-in notes its environment and call, and fails if the call begins with `FAILS`. */
const NOTE = `#!/bin/sh
call="\${0##*/} $*"
{ env && echo "$call"; } >>"$CALLS"
case "$call" in "$FAILS"*) exit 1 ;; esac
`
const STAND_INS = {
  atlas: `[ "$1" != projects ] || echo '{"id": "ID", "privateKey": "${PRIVATE_KEY}"}'`,
  gh: `[ "$1" != secret ] || grep . >"$SECRETS"`,
  // Only these filters were tried with jq itself.
  jq: `[ "$1" = --version ] || grep -q ${PRIVATE_KEY} && case "$2" in
  .id) echo ID ;;
  '.roles[].orgId // empty') echo ORG ;;
  '"ATLAS_PUBLIC_KEY=\\(.publicKey)\\nATLAS_PRIVATE_KEY=\\(.privateKey)"') echo ${PRIVATE_KEY} ;;
esac`,
}

/** Runs the block of docs/recipes.md in a shell that prints each command. */
function setUp(fails: string) {
  const blocks = documents().flatMap((page) => readBlocks(page, 'sh'))
  const input = blocks.find(({ code }) => code.includes('atlas projects'))?.code ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'terminal-'))
  const files = { CALLS: join(folder, 'calls'), SECRETS: join(folder, 'secrets') }
  const env = { ...files, PATH: [folder, process.env['PATH']].join(delimiter), FAILS: fails }
  writeFileSync(env.SECRETS, '')
  for (const [name, code] of Object.entries(STAND_INS))
    writeFileSync(join(folder, name), NOTE + code, { mode: 0o755 })
  const { status, stdout, stderr } = spawnSync('sh', ['-x'], { input, env, encoding: 'utf8' })
  const calls = readFileSync(env.CALLS, 'utf8')
  const secrets = readFileSync(env.SECRETS, 'utf8')
  rmSync(folder, { recursive: true })
  const shown = [stdout, stderr, calls].join('').includes(PRIVATE_KEY)
  const commands = calls.split('\n').flatMap((call) => COMMANDS.filter((start) => call.startsWith(start)))
  return { status, shown, secrets, commands, calls }
}

const onPosix = process.platform === 'win32' ? it.skip : it

onPosix(
  'the set-up from a terminal (needs a POSIX shell) saves the new key, adds the address, and shows no private key',
  () => {
    const { calls, ...result } = setUp('nothing')
    const secrets = `${PRIVATE_KEY}\n`
    expect(result).toStrictEqual({ status: 0, shown: false, secrets, commands: COMMANDS })
    expect(calls).toMatch(/ --ip 192\.0\.2\.10 --apiKey ID --orgId ORG\n$/)
  },
)

onPosix.each(COMMANDS)('the set-up from a terminal (needs a POSIX shell) stops if %s fails', (command) => {
  const upToIt = COMMANDS.slice(0, COMMANDS.indexOf(command) + 1)
  expect(setUp(command)).toMatchObject({ status: 1, shown: false, commands: upToIt })
})
