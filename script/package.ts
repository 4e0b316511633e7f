import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { licensesOf } from './licenses.js'
import { isMain, projectRoot } from './root.js'

const usage = `usage: npm run package -- [--out DIR] [--check]

Builds the action (dist/, or DIR) from the sources: the same bytes from any folder.
--check builds elsewhere and fails, naming the files, where dist/ is not the same.
`

/** Bundles the compiled action of the project in `root` into the folder `out`, which is emptied first. */
export function buildPackage(out: string, root = projectRoot()): void {
  // ncc leaves older files where they are: a chunk that is no longer made would stay for ever.
  rmSync(out, { recursive: true, force: true })
  const ncc = join(root, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js')
  const entry = makeEntry(root)
  const args = [ncc, 'build', entry, '--out', out, '--no-cache', '--quiet']
  // Module names in the bundle are relative to the working directory, so that has to be the project's.
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`ncc failed\n${stdout}${stderr}`, { cause: error })
  for (const name of filesIn(out)) {
    const path = join(out, name)
    writeFileSync(path, asAscii(readFileSync(path, 'utf8')))
  }
  writeFileSync(join(out, 'licenses.txt'), licensesOf(root))
  writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }\n')
  for (const name of filesIn(out)) {
    if (readFileSync(join(out, name), 'utf8').includes(root))
      throw new Error(`${name} holds the path ${root}`)
  }
}

/**
 * Writes the module that ncc starts from, and gives back its path within the project. ncc makes CommonJS where the
 * nearest package.json says nothing of modules: that starts sooner (docs/performance.md, "Start-up").
 */
function makeEntry(root: string): string {
  const folder = join('build', 'entry')
  mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, folder, 'package.json'), '{}\n')
  writeFileSync(join(root, folder, 'index.js'), "import '../src/index.js'\n")
  return join(folder, 'index.js')
}

/** The same program in ASCII alone: with one character beyond, V8 takes two bytes for every one, and longer to read it. */
function asAscii(program: string): string {
  return program.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Names of the files that are not the same, byte for byte, in both folders. */
export function differingFiles(one: string, other: string): string[] {
  const names = new Set([...filesIn(one), ...filesIn(other)])
  return [...names].sort().filter((name) => {
    const [a, b] = [join(one, name), join(other, name)]
    return !existsSync(a) || !existsSync(b) || !readFileSync(a).equals(readFileSync(b))
  })
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

/** Whether `dist` holds what the sources make; says on standard error where it does not. */
function check(dist: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-package-'))
  try {
    buildPackage(join(folder, 'dist'))
    const differing = differingFiles(dist, join(folder, 'dist'))
    for (const name of differing) process.stderr.write(`not current: ${join('dist', name)}\n`)
    if (differing.length > 0) process.stderr.write('run: npm run package\n')
    return differing.length === 0
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, check: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  const out = resolve(values.out ?? join(projectRoot(), 'dist'))
  if (values.help) {
    process.stdout.write(usage)
  } else if (values.check) {
    process.exitCode = check(out) ? 0 : 1
  } else {
    buildPackage(out)
    process.stdout.write(`built ${out}: ${filesIn(out).join(', ')}\n`)
  }
}
