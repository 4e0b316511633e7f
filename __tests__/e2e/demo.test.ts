import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { projectRoot } from '../../script/root.js'
import { scenarios } from '../../script/scenarios.js'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What has to be on the screen, line by line and in this order; other lines may stand between. */
type Lines = readonly (string | RegExp)[]

const completed = [
  /^ {2}snapshot-id {2,}[0-9a-f]{24}$/,
  /^ {2}status {2,}completed$/,
  /^ {2}created {2,}true$/,
  '── Job summary, which GitHub shows as in docs/pictures',
  '✅ The backup of demo is ready',
  '  Cluster             demo',
]
const wellEnded = [/^Exit code 0 after [\d.]+ s: the runner goes on/, '── Checks', '  ✓ exit code: 0']
const badlyEnded = [/^Exit code 1 after [\d.]+ s: the runner marks the step as failed/, '── Checks']
const one = '  ✓ snapshots that the action took in Atlas: 1'
const asHasToBe = 'Everything is as it has to be.'

const shown: Readonly<Record<string, Lines>> = {
  take: [
    'Nothing is in the way, and the snapshot completes.',
    /^── An emulated Atlas, 100 times as fast as the recorded one, at http:\/\/127\.0\.0\.1:\d+$/,
    '  public-key      demouser',
    '  private-key     ***',
    '── Log',
    /^Take a snapshot of cluster demo .* and wait until it is completed\.$/,
    /Snapshot [0-9a-f]{24} is completed/,
    ...completed,
    '── What Atlas saw',
    '  create: 401',
    '  create: 200',
    /^ {2}get: 200/,
    ...wellEnded,
    one,
    asHasToBe,
  ],
  sharded: [
    '  cluster-name    sharded',
    ...completed.slice(0, 3),
    /^ {2}snapshot-ids {2,}\["[0-9a-f]{24}","[0-9a-f]{24}"/,
    ...wellEnded,
    one,
    '  ✓ snapshot-ids are those of its members in Atlas',
    asHasToBe,
  ],
  conflict: [
    'Another snapshot of the cluster is in progress, so Atlas refuses a second one.',
    /^Waiting until snapshot [0-9a-f]{24} \(nightly\), \w+, which this step did not take, ends\.$/,
    'It is out of the way: asking Atlas for a snapshot again.',
    ...completed,
    '  create: 400',
    /^ {2}get: 200/,
    '  create: 200',
    ...wellEnded,
    one,
    '  ✓ it was taken after the other one had ended',
    asHasToBe,
  ],
  failed: [
    /^Error: The snapshot failed: /,
    /^ {2}status {2,}failed$/,
    ...badlyEnded,
    '  ✓ exit code: 1',
    '  ✓ status: failed',
    one,
    '  ✓ its status in Atlas: failed',
    asHasToBe,
  ],
  timeout: [
    '  timeout-minutes  0.1',
    /^Error: The deadline has passed: .* To wait for it later, run this action with snapshot-id [0-9a-f]{24} and wait: true\./,
    /^ {2}status {2,}(queued|inProgress)$/,
    ...badlyEnded,
    one,
    '  ✓ the snapshot goes on in Atlas',
    '  ✓ the error names it as the snapshot-id for later',
    asHasToBe,
  ],
  'lost-answer': [
    /^Snapshot [0-9a-f]{24} bears \[as-[0-9a-f]{8}\]: Atlas did take it for this step\.$/,
    ...completed,
    '  create: no answer, though it was carried out',
    '  list: 200',
    ...wellEnded,
    one,
    asHasToBe,
  ],
  'service-account': [
    `  client-id       ${demo.clientId}`,
    '  client-secret   ***',
    ...completed,
    '── What Atlas saw',
    '  token: 200',
    '  create: 200',
    /^ {2}get: 200/,
    '  revoke: 200',
    ...wellEnded,
    one,
    '  ✓ a token was minted first, and revoked last',
    asHasToBe,
  ],
  reuse: [
    /^── Run OWNER\/REPO@v1 \(.*\), run 1 of 2$/,
    ...completed,
    '  create: 200',
    /^── Run OWNER\/REPO@v1 \(.*\), run 2 of 2$/,
    /^ {2}status {2,}completed$/,
    /^ {2}created {2,}false$/,
    '  ✓ run 1: created: true',
    '  ✓ run 2: created: false',
    one,
    '  ✓ the second run asked Atlas to take nothing',
    asHasToBe,
  ],
}

describe('npm run demo', () => {
  it('has a test for every scenario', () => {
    expect(Object.keys(shown)).toEqual(scenarios.map(({ name }) => name))
  })

  // Some at once, since each waits most of the time.
  it.concurrent.each(Object.entries(shown))(
    '-- --scenario %s shows it, and the action does what it has to',
    async (name, lines) => {
      const args = name === 'take' ? ['--speed', '100'] : ['--scenario', name]
      const { code, stdout, stderr } = await runDemo(...args)
      expect(missing(stdout, lines)).toBeUndefined()
      for (const secret of [demo.privateKey, demo.clientSecret]) expect(stdout + stderr).not.toContain(secret)
      expect(code).toBe(0)
    },
    120_000,
  )

  it('-- --list names every scenario, each with a sentence', async () => {
    const { code, stdout } = await runDemo('--list')
    const names = scenarios.map(({ name }) => name)
    expect(stdout.trimEnd().split('\n')).toEqual(
      names.map((name) => expect.stringMatching(new RegExp(`^${name} +[A-Z].+\\. The step has to .+\\.$`))),
    )
    expect(code).toBe(0)
  })

  it('-- --help explains every option, all of which are tried here', async () => {
    const { code, stdout } = await runDemo('--help')
    expect(stdout).toMatch(/^usage: npm run demo/)
    expect([...stdout.matchAll(/^ {2}--([a-z]+)/gm)].map(([, name]) => name)).toEqual([
      'scenario',
      'list',
      'speed',
      'node',
      'help',
    ])
    expect(code).toBe(0)
  })

  describe('-- --node PATH', () => {
    const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-demo-'))
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    // A program that stands for Node is a script here, which Windows would not run.
    const itOnPosix = process.platform === 'win32' ? it.skip : it
    itOnPosix(
      'runs the action with that Node',
      async () => {
        const node = join(folder, 'node')
        // No shell, since many lose variables with a hyphen in their name, such as INPUT_GROUP-ID.
        const script = [
          `#!${process.execPath}`,
          "const { spawnSync } = require('node:child_process')",
          "if (process.argv[2] === '--version') console.log('v99')",
          "else process.exitCode = spawnSync(process.execPath, process.argv.slice(2), { stdio: 'inherit' }).status",
        ].join('\n')
        writeFileSync(node, script, { mode: 0o755 })
        const { code, stdout } = await runDemo('--node', node, '--speed', '200')
        expect(
          missing(stdout, ['── Run OWNER/REPO@v1 (dist/index.js on Node v99)', asHasToBe]),
        ).toBeUndefined()
        expect(code).toBe(0)
      },
      60_000,
    )
  })

  it.each([
    [['--speed', '0'], '--speed: not a number above 0: 0'],
    [['--speed', 'fast'], '--speed: not a number above 0: fast'],
    [['--node', join('no', 'such', 'node')], '--node: '],
    [['--scenario', 'sunshine'], '--scenario: there is no sunshine; there are take, sharded, conflict,'],
    [['--nonsense'], '--nonsense'],
  ])('refuses %j', async (args, reason) => {
    const { code, stdout, stderr } = await runDemo(...args)
    expect(stderr).toContain(reason)
    expect([code, stdout]).toEqual([1, ''])
  })
})

/** The first of the lines that is not there, or not behind those before it. */
function missing(text: string, wanted: Lines): string | undefined {
  const lines = text.split('\n')
  let from = 0
  for (const want of wanted) {
    const at = lines.findIndex(
      (line, index) => index >= from && (typeof want === 'string' ? line === want : want.test(line)),
    )
    if (at < 0) return `${want}, which is not in\n${lines.slice(from).join('\n')}`
    from = at + 1
  }
  return undefined
}

/** Runs the demo as `npm run demo` does, once the clone is ready. */
function runDemo(...args: string[]): Promise<Ended> {
  const program = join(projectRoot(), 'build', 'script', 'demo.js')
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })
}
