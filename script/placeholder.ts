import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listCommitted } from './run-command.js'

/**
 * The placeholder for the name of this repository. The default description of a snapshot begins with the same two
 * words, which stand there for the user's repository: `OWNER/REPO@SHA WORKFLOW run …`. Those stay.
 */
export const PLACEHOLDER = /OWNER\/REPO(?!@SHA\w* WORKFLOW\b)/g

/** Where this repository is named: what users read and copy from, and the script that finds the examples by the name. */
export function listNamingFiles(root: string): string[] {
  const listed = listCommitted(root, '*.md', 'action.yml', '.github', 'script/version.ts')
  // A file that is deleted but not committed is reported as a change.
  return listed.filter((path) => existsSync(join(root, path)))
}

/** The numbers of the lines that contain the placeholder. */
export function findPlaceholders(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (line.search(PLACEHOLDER) >= 0 ? [index + 1] : []))
}

/** The files that still contain the placeholder, each with its lines: `README.md: 29, 48`. */
export function describePlaceholders(root: string): string[] {
  return listNamingFiles(root).flatMap((path) => {
    const lines = findPlaceholders(readFileSync(join(root, path), 'utf8'))
    return lines.length === 0 ? [] : [`${path}: ${lines.join(', ')}`]
  })
}
