import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readUnreleased, withRelease } from './changelog.js'
import { findReleaseBlockers, RELEASE_BRANCH } from './release-checks.js'
import { isMain, projectRoot } from './root.js'
import { git, listCommitted, npm } from './run-command.js'
import { nextVersion, readVersion, STEPS, type VersionStep, withMajor } from './version.js'

/** What has to succeed before a release. */
const CHECKS = [
  'npm run lint',
  'npm run types',
  'npm run architecture',
  'npm run actionlint',
  'npm run docs -- --check',
  'npm run package -- --check',
  'npm run test:all',
]

/** It compiles as well. Git ignores build/, so a look at the tree does not show what the checks left there. */
const BUILD = 'npm run package'

const usage = `usage: npm run release -- patch|minor|major [--dry-run] [--check COMMAND]...

Prepares a release on ${RELEASE_BRANCH}: moves what CHANGELOG.md lists under Unreleased to the next version, sets that version
in package.json, package-lock.json and the examples, builds dist/, commits all that and tags it. Nothing is pushed.

  --dry-run        only checks whether all that can be done, and says what it would do
  --check COMMAND  has to succeed first; repeatable, in place of
${CHECKS.map((command) => `                     ${command}`).join('\n')}
`

/** Says what to do about a release that cannot be made. */
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
 * Gives back the commit that was checked.
 *
 * @throws ReleaseError if something stands in the way (all of it at once), or if a command fails
 */
function check({ root, tag }: Plan, commands: readonly string[]): string {
  const checked = git(root, 'rev-parse', 'HEAD')
  const obstacles = findReleaseBlockers(root, tag)
  if (obstacles.length > 0) throw new ReleaseError(obstacles.join('\n'))
  for (const command of commands) {
    process.stdout.write(`\n=== ${command}\n`)
    const { status } = spawnSync(command, { cwd: root, shell: true, stdio: ['ignore', 'inherit', 'inherit'] })
    if (status !== 0) throw new ReleaseError(`${command} failed. Mend that first`)
  }
  return checked
}

/**
 * The checks take minutes, and people might edit files in that time.
 *
 * @param built whether dist/ was built since
 * @throws ReleaseError if this is no longer what was checked
 */
function checkAgain({ root, tag }: Plan, checked: string, built: boolean): void {
  const head = git(root, 'rev-parse', 'HEAD')
  const obstacles = [
    ...(head === checked ? [] : [`HEAD is ${head}. The checks ran on ${checked}`]),
    ...findReleaseBlockers(root, tag, built ? 'dist' : undefined),
  ]
  if (obstacles.length === 0) return
  throw new ReleaseError(
    ['Something changed while the checks ran. Fix it, and run the release again:', ...obstacles].join('\n'),
  )
}

function prepare({ root, version, tag }: Plan, date: string): void {
  const before = git(root, 'rev-parse', 'HEAD')
  const pages = listPages(root)
  const written = ['CHANGELOG.md', 'package.json', 'package-lock.json', 'dist', ...pages]
  try {
    edit(join(root, 'CHANGELOG.md'), (text) => withRelease(text, version, date))
    for (const page of pages) edit(join(root, page), (text) => withMajor(text, version))
    npm(root, 'version', version, '--no-git-tag-version', '--ignore-scripts')
    git(root, 'add', '--', ...written)
    // With paths, git leaves out what anyone else staged.
    git(root, 'commit', '--quiet', '--message', `Release ${tag}`, '--', ...written)
    git(root, 'tag', '--annotate', '--message', tag, tag)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ReleaseError(`${reason}\nThe release is half made. Undo it with: git reset --hard ${before}`, {
      cause: error,
    })
  }
}

/** The committed pages that show how the action is used. */
function listPages(root: string): string[] {
  return listCommitted(root, 'README.md', 'docs/*.md')
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

/** What the user has to know, before or after. */
function describe({ root, version, tag }: Plan, dryRun: boolean): string {
  if (!dryRun)
    return `${tag} is committed and tagged. Publish it with: git push --atomic origin ${RELEASE_BRANCH} ${tag}`
  return [
    `${tag} can be released. Without --dry-run this`,
    `- sets the version ${version} in CHANGELOG.md, package.json, package-lock.json and the examples`,
    '- builds dist/',
    `- commits that as "Release ${tag}" and tags it ${tag}`,
    'Its notes:',
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
    throw new TypeError(`Say patch, minor or major, not "${positionals.join(' ')}"`)
  return { step, dryRun: values['dry-run'], commands: values.check }
}

/** Gives back the exit code: 2 where the command line makes no sense. */
function main(args: readonly string[], root: string, now: Date): number {
  try {
    const options = parseOptions(args)
    if (options === undefined) {
      process.stdout.write(usage)
      return 0
    }
    const plan = createPlan(root, options.step)
    // The build comes before the last look at the tree, because it takes time as well.
    const commands = options.dryRun ? options.commands : [...options.commands, BUILD]
    const checked = check(plan, commands)
    checkAgain(plan, checked, !options.dryRun)
    if (!options.dryRun) prepare(plan, now.toISOString().slice(0, 10))
    process.stdout.write(`\n${describe(plan, options.dryRun)}\n`)
    return 0
  } catch (error) {
    // Besides its own, TypeError is how parseArgs says that it does not know an option.
    if (!(error instanceof ReleaseError || error instanceof TypeError)) throw error
    process.stderr.write(`${error.message}\n`)
    if (error instanceof TypeError) process.stderr.write('Try: npm run release -- --help\n')
    return error instanceof TypeError ? 2 : 1
  }
}

if (isMain(import.meta.url)) process.exitCode = main(process.argv.slice(2), projectRoot(), new Date())
