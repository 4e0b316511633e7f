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

/** What the project makes itself, and its history. */
const MADE = ['.git', '.cache', 'build', 'release']
/** Packages that only tests and lint need. */
const UNNEEDED = /^node_modules[\\/](@?jest|@babel|@biomejs|@sinclair|@swc|@unrs|caniuse-lite|fast-check)/

/** Copies the working tree, with the packages that building the action takes, into a folder that need not exist. */
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

/** What the repository is called in the clones, as long as it has no name yet: there is no release without one. */
const NAME = 'octo-org/atlas-snapshot'

/** Where `script/setup.mjs` notes of which lock file the packages are. */
const INSTALLED = join('node_modules', '.installed')

/** A clone of the project as it lies here, committed or not, and the repository that it is a clone of. */
export interface ThrowawayClone {
  readonly folder: string
  /** The bare repository behind `origin`. */
  readonly origin: string
  /** The action in the examples. */
  readonly actionName: string
  /** Commit of `main` at the beginning. */
  readonly start: string
  readonly git: (...args: readonly string[]) => string
  readonly read: (name: string) => string
  readonly write: (name: string, text: string) => void
  /** Puts files, branches, tags and `origin` back to how they were at the beginning. */
  readonly reset: () => void
  readonly remove: () => void
}

/** Somebody, and nothing of what this machine's own settings of git would add. */
const SETTINGS = [
  'user.name=A Maintainer',
  'user.email=maintainer@example.com',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'core.hooksPath=.git/hooks',
]

/** Makes a clone in a temporary folder, compiled, and with the packages that building the action takes. */
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

/** Tells `script/setup.mjs` that what is installed is what the lock file says, of which only the project's own version changed. */
export function keepInstalled({ read, write }: ThrowawayClone): void {
  write(INSTALLED, createHash('sha256').update(read('package-lock.json')).digest('hex'))
}
