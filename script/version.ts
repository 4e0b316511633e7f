import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asString, isJsonObject } from '../src/atlas/json.js'

/** Parts of a version. */
export const STEPS = ['major', 'minor', 'patch'] as const
export type VersionStep = (typeof STEPS)[number]

/** The version in the package.json of `root`. Throws an Error if it doesn't have the form 1.2.3. */
export function readVersion(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const version = isJsonObject(manifest) ? asString(manifest['version']) : undefined
  if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version))
    throw new Error(`the version in package.json must have the form 1.2.3, but is ${version}`)
  return version
}

/** The next version. Both have the form 1.2.3. */
export function nextVersion(version: string, step: VersionStep): string {
  const counted = STEPS.indexOf(step)
  return version
    .split('.')
    .map((number, index) => (index < counted ? number : index === counted ? Number(number) + 1 : 0))
    .join('.')
}

/** Name of this action in the examples. No release is possible while it is a placeholder (placeholder.ts). */
export const ACTION_NAME = 'OWNER/REPO'

/** Updates the major version of this action in a text, for example in `uses:`, to that of `version`. */
export function withMajor(text: string, version: string): string {
  const [major] = version.split('.')
  return text.replace(/([\w.-]+\/[\w.-]+)@v\d+\b/g, (mention, name) =>
    name === ACTION_NAME ? `${name}@v${major}` : mention,
  )
}
