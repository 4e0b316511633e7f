import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isMain, projectRoot } from './root.js'

const dist = join(projectRoot(), 'dist')
/** Licenses that require only their text in the bundle. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']

/** A package in the lock file. A link is part of this project, which has its own LICENSE. */
interface LockedPackage {
  readonly version: string
  readonly license?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly link?: boolean
}

/**
 * The licenses of all production packages in the lock file of the project in `root`. The bundler's own list omits
 * packages whose modules it concatenates.
 *
 * @throws Error if a package has no license, or one that is not allowed in the bundle
 */
export function collectLicenses(root: string): string {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const { packages }: { packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(lock)
  const isShipped = ([path, { dev, devOptional, link }]: [string, LockedPackage]) =>
    path.startsWith('node_modules/') && !dev && !devOptional && !link
  return Object.entries(packages)
    .filter(isShipped)
    .map(([path, locked]) => readLicense(root, path, locked))
    .join('\n')
}

function readLicense(root: string, path: string, { version, license = 'no license' }: LockedPackage): string {
  const file = readdirSync(join(root, path)).find((each) => /^licen[cs]e(\.|$)/i.test(each))
  if (file === undefined || !ALLOWED.includes(license))
    throw new Error(`${path} has ${license} in ${file ?? 'no file'}, but allowed are: ${ALLOWED.join(', ')}`)
  const name = path.split('node_modules/').at(-1)
  const text = readFileSync(join(root, path, file), 'utf8').replaceAll('\r\n', '\n')
  return `${name} ${version}\n${license}\n\n${text.trim()}\n`
}

/** Bundles the compiled action into a folder beside `dist`, so a failed build does not change `dist`. */
function buildPackage(): string {
  const root = projectRoot()
  const out = join(root, 'build', 'dist')
  // ncc doesn't delete old chunks.
  rmSync(out, { recursive: true, force: true })
  // The package.json next to the entry module has no `type`, so ncc creates CommonJS, which starts faster
  // (bench/README.md, "Start-up").
  const folder = join('build', 'entry')
  mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, folder, 'package.json'), '{}\n')
  writeFileSync(join(root, folder, 'index.js'), "import '../src/index.js'\n")
  const ncc = join(root, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js')
  const args = [ncc, 'build', join(folder, 'index.js'), '--out', out, '--no-cache', '--quiet']
  // The bundle contains module paths relative to the working directory, so always run ncc in the project folder.
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  writeFileSync(join(out, 'licenses.txt'), collectLicenses(root))
  writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }\n')
  return out
}

/** True if `dist` is up to date. Otherwise prints the files that differ. */
export function isCurrent(): boolean {
  const args = ['diff', '--no-index', '--stat', dist, buildPackage()]
  const { status } = spawnSync('git', args, { stdio: 'inherit' })
  if (status !== 0) process.stderr.write('dist is out of date. Run: npm run package\n')
  return status === 0
}

if (isMain(import.meta.filename)) {
  // With --check, changes nothing, and fails if the bundle is out of date.
  const { values } = parseArgs({ options: { check: { type: 'boolean' } } })
  if (values.check) {
    process.exitCode = isCurrent() ? 0 : 1
  } else {
    const built = buildPackage()
    rmSync(dist, { recursive: true, force: true })
    renameSync(built, dist)
  }
}
