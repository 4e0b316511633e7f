import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asString, isJsonObject } from '../src/atlas/json.js'

/** Which number of a version a release counts up. */
export const STEPS = ['major', 'minor', 'patch'] as const
export type VersionStep = (typeof STEPS)[number]

/** The version in the package.json of the folder `root`; throws an Error where it is not of the form 1.2.3. */
export function readVersion(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const version = isJsonObject(manifest) ? asString(manifest['version']) : undefined
  if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version))
    throw new Error(`package.json has the version ${version}, not one like 1.2.3`)
  return version
}

/** The version after this one: of the form 1.2.3, as it is. */
export function nextVersion(version: string, step: VersionStep): string {
  const counted = STEPS.indexOf(step)
  return version
    .split('.')
    .map((number, index) => (index < counted ? number : index === counted ? Number(number) + 1 : 0))
    .join('.')
}

/** This action in the examples. There is no release while it is a placeholder (placeholder.ts). */
export const ACTION_NAME = 'OWNER/REPO'

/** The text with every mention of this action at a major version, as in `uses:`, at that of `version`. */
export function withMajor(text: string, version: string): string {
  const [major] = version.split('.')
  return text.replace(/([\w.-]+\/[\w.-]+)@v\d+\b/g, (mention, name) =>
    name === ACTION_NAME ? `${name}@v${major}` : mention,
  )
}
