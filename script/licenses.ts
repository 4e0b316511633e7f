import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asString, isJsonObject } from '../src/atlas/json.js'

const LICENSE_FILE = /^licen[cs]e(\.|$)/i
/** Licences that ask for nothing but the text that goes with the bundle. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']

/**
 * The licences of all packages that the action may be made of, by the lock file of the project in `root`. A bundler's
 * own list leaves out the packages whose modules it joins.
 *
 * @throws Error where a package has no licence, or one that is not allowed in the bundle
 */
export function licensesOf(root: string): string {
  const lock: unknown = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const packages = isJsonObject(lock) && isJsonObject(lock['packages']) ? lock['packages'] : {}
  return Object.keys(packages)
    .filter((path) => path.startsWith('node_modules/') && isShipped(packages[path]))
    .sort()
    .map((path) => licenseOf(root, path, packages[path]))
    .join('\n')
}

function isShipped(entry: unknown): boolean {
  // A link leads into this project, whose licence lies beside it.
  return (
    isJsonObject(entry) && entry['dev'] !== true && entry['devOptional'] !== true && entry['link'] !== true
  )
}

function licenseOf(root: string, path: string, entry: unknown): string {
  const facts = isJsonObject(entry) ? entry : {}
  const [version, kind] = [asString(facts['version']), asString(facts['license'])]
  const file = readdirSync(join(root, path)).find((name) => LICENSE_FILE.test(name))
  if (version === undefined || kind === undefined || file === undefined)
    throw new Error(`${path} has no licence`)
  if (!ALLOWED.includes(kind)) throw new Error(`${path} has the licence ${kind}, not ${ALLOWED.join(', ')}`)
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const text = readFileSync(join(root, path, file), 'utf8')
    .replaceAll('\r\n', '\n')
    .trim()
  return `${name} ${version}\n${kind}\n\n${text}\n`
}
