import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listCommitted } from './run-command.js'

/** The placeholder for the name of this repository. */
export const PLACEHOLDER = /OWNER\/REPO\b/g

/** Files with the name of this repository: documentation, examples, and the script that updates the examples. */
export function listNamingFiles(root: string): string[] {
  const listed = listCommitted(root, '*.md', 'action.yml', '.github', 'script/version.ts')
  // A file that is deleted but not committed is reported as a change.
  return listed.filter((path) => existsSync(join(root, path)))
}

/** Line numbers with the placeholder. */
export function findPlaceholders(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (line.search(PLACEHOLDER) >= 0 ? [index + 1] : []))
}

/** Files with the placeholder and their line numbers, as `README.md: 29, 48`. */
export function describePlaceholders(root: string): string[] {
  return listNamingFiles(root).flatMap((path) => {
    const lines = findPlaceholders(readFileSync(join(root, path), 'utf8'))
    return lines.length === 0 ? [] : [`${path}: ${lines.join(', ')}`]
  })
}
