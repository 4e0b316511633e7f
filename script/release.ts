import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage } from '../src/action-error.js'
import { isMain, projectRoot } from './root.js'

const USAGE = 'Usage: npm run release -- VERSION [REPOSITORY REVIEWER]'
/** The start of the unreleased changes, if there is a list item before the next heading. */
const UNRELEASED = /(?<=^## Unreleased\n)(?=(?:(?!## ).*\n)*- )/m
/** The number of the major version, in examples and in the sentences about it. */
const MAJOR = /(?<=uses: \S+@v|`v)\d+(?=$|`)|\d+(?=\.x release)|(?<=\bv)\d+(?=\.2\.3[`^])/gm

/**
 * Writes the version and the names, builds, tests, commits, and tags.
 *
 * @param root a clone of this repository
 * @param args the version, and until no placeholder is left, the names of repository and reviewer
 * @param run runs a program in the clone, and throws an Error if it fails
 * @returns what to do next
 * @throws Error if a check fails, then nothing has changed, or if a later step fails, with the commands that undo all
 */
export function release(
  root: string,
  [version = '', repository, reviewer]: readonly string[],
  run: (program: string, ...args: string[]) => void,
): string {
  const tag = `v${version}`
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const refuse = (isWrong: boolean, message: string) => {
    if (isWrong) throw new Error(message)
  }
  const edit = (path: string, pattern: RegExp, text: string) => {
    const before = read(path)
    refuse(before.search(pattern) < 0, `${path} does not match ${pattern}.`)
    writeFileSync(join(root, path), before.replace(pattern, text))
  }

  refuse(git('branch', '--show-current') !== 'main', 'Only the branch main is released.')
  git('fetch', '--quiet', '--no-tags', 'origin', 'main')
  const [ahead, behind] = git('rev-list', '--left-right', '--count', 'HEAD...FETCH_HEAD').split('\t')
  const distance = `Commits of main ahead of origin/main: ${ahead}, behind: ${behind}. Push or pull first.`
  refuse(ahead !== '0' || behind !== '0', distance)
  refuse(git('tag', '--list', tag) !== '', `The tag ${tag} exists in this clone.`)
  refuse(git('ls-remote', 'origin', `refs/tags/${tag}`) !== '', `The tag ${tag} exists on origin.`)
  refuse(git('status', '--porcelain') !== '', 'The working tree has changes.')
  // Fails like a commit if git does not know a name and an email address.
  git('var', 'GIT_AUTHOR_IDENT')
  const { version: current }: { version: string } = JSON.parse(read('package.json'))
  refuse(!isNewer(version, current), `Not a version newer than ${current}: "${version}". ${USAGE}`)
  refuse(read('CHANGELOG.md').search(UNRELEASED) < 0, 'CHANGELOG.md has no unreleased changes.')
  const files = git('ls-files').split('\n')
  // In brackets, because this file must not contain the placeholders.
  const names = [
    [repository, /\b[O]WNER\/REPO\b/g, /^[\w-]+\/[\w.-]+$/, 'octo-org/shop'],
    [reviewer, /@[O]WNER\b/g, /^@[\w-]+(\/[\w.-]+)?$/, '@mona or @octo-org/team'],
  ] as const
  const findPaths = (pattern: RegExp) => files.filter((path) => read(path).search(pattern) >= 0)
  for (const [name, placeholder, format, example] of names) {
    const paths = findPaths(placeholder).join(', ')
    if (name === undefined) refuse(paths !== '', `Files have a placeholder: ${paths}. ${USAGE}`)
    else refuse(paths === '', `No placeholder for ${name} is left. Give only the version.`)
    refuse(name !== undefined && !format.test(name), `Not a name like ${example}: "${name}". ${USAGE}`)
  }

  const reset = `git reset --hard ${git('rev-parse', 'HEAD')}`
  try {
    for (const [name = '', placeholder] of names)
      for (const path of findPaths(placeholder)) edit(path, placeholder, name)
    edit('src/action/node-runtime.ts', /(?<=VERSION = ').*(?=')/, version)
    edit('CHANGELOG.md', UNRELEASED, `\n## ${version} - ${new Date().toISOString().slice(0, 10)}\n`)
    for (const page of ['README.md', 'docs/recipes.md']) edit(page, MAJOR, version.split('.')[0] ?? '')
    // In package.json and the lock file. It makes no commit and no tag (.npmrc), because the bundle is not built yet.
    run('npm', 'version', version)
    run('npm', 'run', 'package')
    // Before anything else can fail, so that `git reset` also removes new files.
    run('git', 'add', '--all')
    run('npm', 'test')
    run('git', 'commit', '--quiet', `--message=Release ${tag}`)
    run('git', 'tag', `--message=Release ${tag}`, tag)
  } catch (error) {
    throw new Error(`${errorMessage(error)}\nThe release is incomplete. To undo it, run:\n  ${reset}`)
  }
  const push = 'git push --atomic --follow-tags origin main'
  return `To publish it, run:\n  ${push}\nTo undo it instead, run:\n  git tag --delete ${tag}\n  ${reset}\n`
}

function isNewer(version: string, than: string): boolean {
  if (!/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version)) return false
  // As numbers, so 0.10.0 is newer than 0.9.0.
  return version.localeCompare(than, 'en', { numeric: true }) > 0
}

if (isMain(import.meta.filename)) {
  const root = projectRoot()
  // Ctrl+C then ends only the current step, so its commands to undo the release are printed.
  process.once('SIGINT', () => {})
  try {
    const run = (program: string, ...args: string[]) =>
      void execFileSync(program, args, { cwd: root, stdio: 'inherit' })
    process.stdout.write(release(root, process.argv.slice(2), run))
  } catch (error) {
    process.stderr.write(`${errorMessage(error)}\n`)
    process.exitCode = 1
  }
}
