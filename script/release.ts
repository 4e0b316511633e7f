import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMain, projectRoot } from './root.js'

const USAGE = 'npm run release -- VERSION [REPOSITORY REVIEWER]'
/** The start of the unreleased changes, if there is a list item before the next heading. */
const UNRELEASED = /(?<=^## Unreleased\n)(?=(?:(?!## ).*\n)*- )/m

/** What a release writes into the sources. */
interface Release {
  /** Three numbers. */
  readonly version: string
  /** The name of this repository, such as `octo-org/atlas-snapshot`. Required until no placeholder is left. */
  readonly repository?: string | undefined
  /** The user or team who reviews, such as `@octo-org/deployments`. Required until no placeholder is left. */
  readonly reviewer?: string | undefined
}

/**
 * Writes the version and the name of the repository into the sources and pages. npm writes package.json.
 *
 * @param root a clone of this repository
 * @throws Error if a check fails, then nothing is written, or if a file lacks the text to replace
 */
export function prepareRelease(root: string, { version, repository, reviewer }: Release): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const edit = (path: string, pattern: RegExp, text: string) => {
    const before = read(path)
    if (before.search(pattern) < 0) throw new Error(`${path} does not match ${pattern}.`)
    writeFileSync(join(root, path), before.replace(pattern, text))
  }

  const { version: current }: { version: string } = JSON.parse(read('package.json'))
  if (!isNewer(version, current))
    throw new Error(`${version} is not a version newer than ${current}. ${USAGE}`)
  if (git('branch', '--show-current') !== 'main') throw new Error('Only the branch main is released.')
  if (git('status', '--porcelain') !== '') throw new Error('The working tree has changes.')
  if (read('CHANGELOG.md').search(UNRELEASED) < 0) throw new Error('CHANGELOG.md has no unreleased changes.')
  const files = git('ls-files').split('\n')
  // In brackets, because this file must not contain the placeholders.
  const names = [
    { placeholder: /\b[O]WNER\/REPO\b/g, name: repository },
    { placeholder: /@[O]WNER\b/g, name: reviewer },
  ].map((each) => ({ ...each, paths: files.filter((path) => read(path).search(each.placeholder) >= 0) }))
  const missing = names.flatMap(({ name, paths }) => (name === undefined ? paths : []))
  if (missing.length > 0) throw new Error(`These files have a placeholder: ${missing.join(', ')}. ${USAGE}`)

  for (const { placeholder, name = '', paths } of names)
    for (const path of paths) edit(path, placeholder, name)
  edit('src/action/node-runtime.ts', /(?<=VERSION = ').*(?=')/, version)
  const today = new Date().toISOString().slice(0, 10)
  edit('CHANGELOG.md', UNRELEASED, `\n## ${version} - ${today}\n`)
  for (const page of ['README.md', 'docs/recipes.md'])
    edit(page, /(?<=uses: \S+@v)\d+$/gm, version.split('.')[0] ?? '')
}

function isNewer(version: string, than: string): boolean {
  if (!/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version)) return false
  // As numbers, so 0.10.0 is newer than 0.9.0.
  return version.localeCompare(than, 'en', { numeric: true }) > 0
}

function main(): void {
  const [version = '', repository, reviewer] = process.argv.slice(2)
  const root = projectRoot()
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: root, stdio: 'inherit' })
  prepareRelease(root, { version, repository, reviewer })
  // In package.json and the lock file. It makes no commit and no tag (.npmrc), because the bundle is not built yet.
  run('npm', 'version', version)
  run('npm', 'run', 'package')
  run('npm', 'test')
  run('git', 'add', '--all')
  run('git', 'commit', '--quiet', `--message=Release v${version}`)
  run('git', 'tag', `--message=Release v${version}`, `v${version}`)
  process.stdout.write('To publish it, run: git push --atomic --follow-tags origin main\n')
}

if (isMain(import.meta.filename)) {
  try {
    main()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}
