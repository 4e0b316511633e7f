import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { asObjects, asString, isJsonObject, type JsonObject, parseJson } from '../src/atlas/json.js'
import { isMain, projectRoot } from './root.js'
import { npm } from './run-command.js'

const usage = `usage: npm run sbom -- [--out FILE]

Print the software bill of materials of the bundle: CycloneDX 1.5 as JSON, with version, license, and checksum of each
package.

  --out FILE  write to FILE instead
  --help      print this help
`

/** Uses the lock file, not the installed packages. */
const FLAGS = ['--sbom-format=cyclonedx', '--sbom-type=application', '--omit=dev', '--package-lock-only']

/** The parts of a CycloneDX document that this project uses. */
export interface Sbom extends JsonObject {
  readonly metadata: JsonObject
  readonly components: readonly JsonObject[]
  readonly dependencies: readonly JsonObject[]
}

/**
 * The software bill of materials of the project in `root`, from npm. Omits the project's own stub packages, because
 * scanners would report vulnerabilities of the packages that they replace.
 *
 * @throws Error if npm fails or doesn't return a bill of materials
 */
export function createSbom(root: string): Sbom {
  const bill = parseJson(npm(root, 'sbom', ...FLAGS))
  if (!isJsonObject(bill) || !isJsonObject(bill['metadata']))
    throw new Error('npm sbom returned no bill of materials')
  const own = asObjects(bill['components']).filter(isPrivate).map(bomRef)
  const shipped = (ref: unknown) => !own.includes(asString(ref) ?? '')
  return {
    ...bill,
    metadata: { ...bill['metadata'], component: withOwnName(bill['metadata']['component']) },
    components: distinct(asObjects(bill['components']), bomRef).filter((component) =>
      shipped(bomRef(component)),
    ),
    dependencies: distinct(asObjects(bill['dependencies']), ({ ref }) => asString(ref) ?? '')
      .filter(({ ref }) => shipped(ref))
      .map((entry) => ({ ...entry, dependsOn: [entry['dependsOn']].flat().filter(shipped) })),
  }
}

/** Sets the project's name, because npm uses the name of the folder. */
function withOwnName(component: unknown): JsonObject {
  if (!isJsonObject(component)) throw new Error('npm sbom returned an invalid component')
  const ref = bomRef(component)
  return { ...component, name: ref.slice(0, ref.lastIndexOf('@')) }
}

function isPrivate({ properties }: JsonObject): boolean {
  return asObjects(properties).some(
    ({ name, value }) => name === 'cdx:npm:package:private' && value === 'true',
  )
}

/** Removes duplicates, because some versions of npm list a package once per location. */
function distinct(list: readonly JsonObject[], keyOf: (item: JsonObject) => string): JsonObject[] {
  return [...new Map(list.map((item) => [keyOf(item), item])).values()]
}

function bomRef(component: JsonObject): string {
  return asString(component['bom-ref']) ?? ''
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { out: { type: 'string' }, help: { type: 'boolean' } } })
  if (values.help) {
    process.stdout.write(usage)
  } else {
    const text = `${JSON.stringify(createSbom(projectRoot()), undefined, 2)}\n`
    if (values.out === undefined) process.stdout.write(text)
    else writeFileSync(values.out, text)
  }
}
