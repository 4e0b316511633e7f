import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from '../root.js'

export type Theme = 'light' | 'dark'

/**
 * A page that shows fragments of HTML one below the other, as GitHub shows job summaries. It loads its scripts
 * from files and nothing else; `mermaid` is the path of Mermaid for browsers.
 */
export function pageOf(fragments: readonly string[], theme: Theme, mermaid: string): string {
  const folder = join(projectRoot(), 'script', 'render', 'page')
  const url = (path: string) => pathToFileURL(path).href
  const documents = JSON.stringify(fragments).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en" class="${theme}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src file:; style-src 'unsafe-inline'">
<title>Job summary</title>
<style>${readFileSync(join(folder, 'style.css'), 'utf8')}</style>
<script type="application/json" id="documents">${documents}</script>
<script src="${url(mermaid)}"></script>
<script type="module" src="${url(join(folder, 'main.js'))}"></script>
</html>
`
}
