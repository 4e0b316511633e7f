import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readUnreleased, withRelease } from './changelog.js'
import { findReleaseBlockers, RELEASE_BRANCH } from './release-checks.js'
import { isMain, projectRoot } from './root.js'
import { git, listCommitted, npm } from './run-command.js'
import { nextVersion, readVersion, STEPS, type VersionStep, withMajor } from './version.js'

/** Checks that must pass before a release. */
const CHECKS = [
  'npm run lint',
  'npm run types',
  'npm run architecture',
  'npm run actionlint',
  'npm run docs -- --check',
  'npm run package -- --check',
  'npm run test:all',
]

/** Also compiles, because Git ignores build/ and the checks might have left something else there. */
const BUILD = 'npm run package'

const usage = `usage: npm run release -- patch|minor|major [--dry-run] [--check COMMAND]...

Prepare a release on ${RELEASE_BRANCH}: set the next version in CHANGELOG.md, package.json, package-lock.json, and the
examples, build dist/, commit, and tag. Pushes nothing.

  --dry-run        run the checks and show what would happen, without changes
  --check COMMAND  check to run first, repeatable, replaces the default checks:
${CHECKS.map((command) => `                     ${command}`).join('\n')}
  --help           print this help
`

/** The release is not possible. The message contains what to do. */
class ReleaseError extends Error {
  override readonly name = 'ReleaseError'
}

interface Plan {
  readonly root: string
  readonly version: string
  readonly tag: string
}

function createPlan(root: string, step: VersionStep): Plan {
  const version = nextVersion(readVersion(root), step)
  return { root, version, tag: `v${version}` }
}

/**
 * Runs all checks and returns the checked commit.
 *
 * @throws ReleaseError with all reasons why the release is not possible, or with the command that failed
 */
function check({ root, tag }: Plan, commands: readonly string[]): string {
  const checked = git(root, 'rev-parse', 'HEAD')
  const obstacles = findReleaseBlockers(root, tag)
  if (obstacles.length > 0) throw new ReleaseError(obstacles.join('\n'))
  for (const command of commands) {
    process.stdout.write(`\n=== ${command}\n`)
    const { status } = spawnSync(command, { cwd: root, shell: true, stdio: ['ignore', 'inherit', 'inherit'] })
    if (status !== 0) throw new ReleaseError(`${command} failed. Fix this, then run the release again`)
  }
  return checked
}

/**
 * Checks again, because the project might have changed while the checks ran for minutes.
 *
 * @param built whether dist/ was built in the meantime
 * @throws ReleaseError if the project differs from the checked commit
 */
function checkAgain({ root, tag }: Plan, checked: string, built: boolean): void {
  const head = git(root, 'rev-parse', 'HEAD')
  const obstacles = [
    ...(head === checked ? [] : [`HEAD is ${head}. The checks ran on ${checked}`]),
    ...findReleaseBlockers(root, tag, built ? 'dist' : undefined),
  ]
  if (obstacles.length === 0) return
  throw new ReleaseError(
    ['The project changed while the checks ran. Fix this, then run the release again:', ...obstacles].join(
      '\n',
    ),
  )
}

/** Contains the version, too. */
const RUNTIME = 'src/action/node-runtime.ts'

function prepare({ root, version, tag }: Plan, date: string): void {
  const before = git(root, 'rev-parse', 'HEAD')
  const pages = listPages(root)
  const written = ['CHANGELOG.md', 'package.json', 'package-lock.json', RUNTIME, 'dist', ...pages]
  try {
    edit(join(root, 'CHANGELOG.md'), (text) => withRelease(text, version, date))
    for (const page of pages) edit(join(root, page), (text) => withMajor(text, version))
    npm(root, 'version', version, '--no-git-tag-version', '--ignore-scripts')
    edit(join(root, RUNTIME), (text) => text.replace(/(?<=VERSION = ').*(?=')/, version))
    npm(root, 'run', 'package')
    git(root, 'add', '--', ...written)
    // Paths exclude what anyone else staged.
    git(root, 'commit', '--quiet', '--message', `Release ${tag}`, '--', ...written)
    git(root, 'tag', '--annotate', '--message', tag, tag)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ReleaseError(
      `${reason}\nThe release is incomplete. To undo it, run: git reset --hard ${before}`,
      {
        cause: error,
      },
    )
  }
}

/** Committed pages with examples of this action. */
function listPages(root: string): string[] {
  return listCommitted(root, 'README.md', 'docs/*.md')
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

/** Summary of the prepared release, or of the dry run. */
function describe({ root, version, tag }: Plan, dryRun: boolean): string {
  if (!dryRun)
    return `${tag} is committed and tagged. To publish it, run: git push --atomic origin ${RELEASE_BRANCH} ${tag}`
  return [
    `${tag} can be released. Without --dry-run, this command:`,
    `- sets version ${version} in CHANGELOG.md, package.json, package-lock.json, and the examples`,
    '- builds dist/',
    `- commits the result as "Release ${tag}" and tags it ${tag}`,
    'Release notes:',
    '',
    readUnreleased(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')),
  ].join('\n')
}

function parseOptions(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      check: { type: 'string', multiple: true, default: CHECKS },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const step = STEPS.find((each) => each === positionals[0])
  if (step === undefined || positionals.length > 1)
    throw new TypeError(`The argument must be patch, minor, or major, not "${positionals.join(' ')}"`)
  return { step, dryRun: values['dry-run'], commands: values.check }
}

/** Returns the exit code. 2 means that the command line is invalid. */
function main(args: readonly string[], root: string, now: Date): number {
  try {
    const options = parseOptions(args)
    if (options === undefined) {
      process.stdout.write(usage)
      return 0
    }
    const plan = createPlan(root, options.step)
    // Builds before the last check of the tree, because the build also takes time.
    const commands = options.dryRun ? options.commands : [...options.commands, BUILD]
    const checked = check(plan, commands)
    checkAgain(plan, checked, !options.dryRun)
    if (!options.dryRun) prepare(plan, now.toISOString().slice(0, 10))
    process.stdout.write(`\n${describe(plan, options.dryRun)}\n`)
    return 0
  } catch (error) {
    // parseArgs throws a TypeError for an unknown option.
    if (!(error instanceof ReleaseError || error instanceof TypeError)) throw error
    process.stderr.write(`${error.message}\n`)
    if (error instanceof TypeError) process.stderr.write('Try: npm run release -- --help\n')
    return error instanceof TypeError ? 2 : 1
  }
}

if (isMain(import.meta.url)) process.exitCode = main(process.argv.slice(2), projectRoot(), new Date())
