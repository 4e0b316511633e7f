import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isMain, projectRoot } from '../root.js'

const MERMAID = 'mermaid@11.12.2'
const GITHUB_CSS = 'github-markdown-css@5.9.0'
// A new version has a new folder.
const folder = join(projectRoot(), '.cache', `${MERMAID}-${GITHUB_CSS}`)

/** Path of Mermaid for browsers. */
export const MERMAID_SCRIPT = join(folder, 'node_modules', 'mermaid', 'dist', 'mermaid.min.js')

/** Path of GitHub's style sheet for Markdown. */
export function styleSheet(theme: 'light' | 'dark'): string {
  return join(folder, 'node_modules', 'github-markdown-css', `github-markdown-${theme}.css`)
}

/**
 * Installs the packages of the page if they are missing. They aren't dependencies of the project because Mermaid has
 * about 100 dependencies, and only the pictures and one test need them.
 *
 * @throws Error if npm fails
 */
export function installPagePackages(): void {
  if (existsSync(MERMAID_SCRIPT)) return
  const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder]
  execFileSync('npm', ['install', ...flags, MERMAID, GITHUB_CSS], { stdio: 'inherit' })
}

if (isMain(import.meta.url)) installPagePackages()
