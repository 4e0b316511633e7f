// Prepares a clone: installs the locked dependencies if they changed, and compiles the TypeScript into build/, unless it is
// run with --install-only. Requires only Node and npm.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Runs a program in the project folder, with its output on standard error. If it fails, exits with its exit code. */
function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  if (status === 0) return
  const reason = error?.message ?? `exit code ${status}`
  process.stderr.write(`${[command, ...args].join(' ')} failed: ${reason}\n`)
  process.exit(status || 1)
}

// The tools need it.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 12)) {
  process.stderr.write(`This project requires Node 20.12 or later, but this is ${process.version}\n`)
  process.exit(1)
}

const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

/** npm writes its copy of the lockfile after each installation, also after one without development packages. */
function isInstalled() {
  const copy = statSync(join(root, 'node_modules', '.package-lock.json'), { throwIfNoEntry: false })
  return (
    existsSync(tsc) && copy !== undefined && copy.mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
  )
}

if (!isInstalled()) {
  process.stderr.write('Installing dependencies …\n')
  const npm = process.env.npm_execpath
  // NODE_ENV=production omits development packages otherwise.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  if (npm === undefined) run('npm', args, { shell: process.platform === 'win32' })
  else run(process.execPath, [npm, ...args])
}

if (!process.argv.includes('--install-only')) run(process.execPath, [tsc, '-p', 'tsconfig.build.json'])
