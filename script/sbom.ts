import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { asObjects, asString, isJsonObject, type JsonObject, parseJson } from '../src/atlas/json.js'
import { isMain, projectRoot } from './root.js'
import { npm } from './run-command.js'

const usage = `usage: npm run sbom -- [--out FILE]

Writes to standard output, or to FILE, which packages the bundle may be made of (a software bill of materials):
CycloneDX 1.5 as JSON, with the version, licence and checksum of each.
`

/** Of what the lock file says, whatever of it is installed. */
const FLAGS = ['--sbom-format=cyclonedx', '--sbom-type=application', '--omit=dev', '--package-lock-only']

/** A CycloneDX document, as far as this project looks into it. */
export interface Sbom extends JsonObject {
  readonly metadata: JsonObject
  readonly components: readonly JsonObject[]
  readonly dependencies: readonly JsonObject[]
}

/**
 * What npm says the project in `root` is made of, without its own stand-ins, under whose names no scanner should
 * look for the holes of another program.
 *
 * @throws Error where npm fails or its answer is no bill of materials
 */
export function createSbom(root: string): Sbom {
  const bill = parseJson(npm(root, 'sbom', ...FLAGS))
  if (!isJsonObject(bill) || !isJsonObject(bill['metadata'])) throw new Error('npm sbom gave no SBOM')
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

/** By its own name: npm calls the project after the folder it lies in. */
function withOwnName(component: unknown): JsonObject {
  if (!isJsonObject(component)) throw new Error('npm sbom names something that is no component')
  const ref = bomRef(component)
  return { ...component, name: ref.slice(0, ref.lastIndexOf('@')) }
}

function isPrivate({ properties }: JsonObject): boolean {
  return asObjects(properties).some(
    ({ name, value }) => name === 'cdx:npm:package:private' && value === 'true',
  )
}

/** The same version in two places is one component, which not every npm knows. */
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
