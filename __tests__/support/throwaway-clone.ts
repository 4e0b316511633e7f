import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { listNamingFiles, PLACEHOLDER } from '../../script/placeholder.js'
import { projectRoot } from '../../script/root.js'
import { git } from '../../script/run-command.js'
import { ACTION_NAME } from '../../script/version.js'

/** Generated folders and the history. */
const MADE = ['.git', '.cache', 'build', 'release']
/** Packages that only tests and linters need. */
const UNNEEDED = /^node_modules[\\/](@?jest|@babel|@biomejs|@sinclair|@swc|@unrs|caniuse-lite|fast-check)/

/** Copies the working tree, with the packages that the build needs, into a folder that might not exist. */
export async function copyProject(folder: string): Promise<void> {
  const root = projectRoot()
  await cp(root, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => {
      const path = relative(root, source)
      return !MADE.includes(path) && !UNNEEDED.test(path)
    },
  })
}

/** The name that replaces the placeholder in clones, because a release requires a name. */
const NAME = 'octo-org/atlas-snapshot'

/** Hash of the lock file of the installed packages, written by `script/setup.mjs`. */
const INSTALLED = join('node_modules', '.installed')

/** A clone of the working tree, committed or not, and its remote repository. */
export interface ThrowawayClone {
  readonly folder: string
  /** The bare repository behind `origin`. */
  readonly origin: string
  /** The name of the action in the examples. */
  readonly actionName: string
  /** First commit of `main`. */
  readonly start: string
  readonly git: (...args: readonly string[]) => string
  readonly read: (name: string) => string
  readonly write: (name: string, text: string) => void
  /** Restores files, branches, tags, and `origin`. */
  readonly reset: () => void
  readonly remove: () => void
}

/** Overrides the git settings of this machine. */
const SETTINGS = [
  'user.name=A Maintainer',
  'user.email=maintainer@example.com',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'core.hooksPath=.git/hooks',
]

/** Creates a compiled clone in a temporary folder, with the packages that the build needs. */
export async function throwawayClone(): Promise<ThrowawayClone> {
  const parent = mkdtempSync(join(tmpdir(), 'atlas-snapshot-clone-'))
  const [folder, origin] = [join(parent, 'clone'), join(parent, 'origin.git')]
  await copyProject(folder)
  const inClone = (...args: readonly string[]) => git(folder, ...args)
  inClone('init', '--quiet', '--initial-branch=main')
  for (const setting of SETTINGS) inClone('config', ...setting.split('='))
  inClone('add', '--all')
  for (const file of listNamingFiles(folder)) {
    const path = join(folder, file)
    writeFileSync(path, readFileSync(path, 'utf8').replace(PLACEHOLDER, NAME))
  }
  execFileSync(process.execPath, [join('script', 'setup.mjs')], { cwd: folder })
  const installed = join(folder, INSTALLED)
  const atStart = readFileSync(installed)
  inClone('add', '--all')
  inClone('commit', '--quiet', '--message', 'The project as it is')
  inClone('remote', 'add', 'origin', origin)
  const start = inClone('rev-parse', 'HEAD')

  const reset = () => {
    inClone('switch', '--quiet', '--force-create', 'main', start)
    inClone('reset', '--quiet', '--hard')
    inClone('clean', '--quiet', '--force', '-d')
    rmSync(join(folder, 'release'), { recursive: true, force: true })
    writeFileSync(installed, atStart)
    const refs = inClone('for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/tags').split('\n')
    for (const ref of refs.filter((name) => name !== 'refs/heads/main')) inClone('update-ref', '-d', ref)
    rmSync(join(folder, '.git', 'hooks'), { recursive: true, force: true })
    rmSync(origin, { recursive: true, force: true, maxRetries: 5 })
    git(parent, 'init', '--quiet', '--bare', '--initial-branch=main', origin)
    inClone('push', '--quiet', '--set-upstream', 'origin', 'main')
  }
  reset()
  return {
    folder,
    origin,
    actionName: ACTION_NAME.replace(PLACEHOLDER, NAME),
    start,
    git: inClone,
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    write: (name, text) => writeFileSync(join(folder, name), text),
    reset,
    remove: () => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** Makes `script/setup.mjs` keep the packages, because only the project's version changed in the lock file. */
export function keepInstalled({ read, write }: ThrowawayClone): void {
  write(INSTALLED, createHash('sha256').update(read('package-lock.json')).digest('hex'))
}
