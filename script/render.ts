import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from './root.js'

type Theme = 'light' | 'dark'

/** What a job summary shows. */
interface Rendered {
  /** Includes the names in charts. */
  readonly text: string
  /** In CSS pixels. */
  readonly height: number
}

/** Width of a job summary on GitHub, in CSS pixels. */
const WIDTH = 900

/**
 * Renders job summaries as GitHub does, all on one page, and returns what each shows.
 *
 * @throws Error if `chromium` or `cmark-gfm` is missing or fails, or a chart cannot be drawn
 */
export function renderSummaries(markdowns: readonly string[], theme: Theme = 'light'): readonly Rendered[] {
  const dom = chromium(renderPage(markdowns, theme), ['--window-size=1280,2000', '--dump-dom'])
  const [, json] = /<script id="result" type="application\/json">(.*?)<\/script>/s.exec(dom) ?? []
  if (json === undefined) throw new Error(`the page failed: ${dom}`)
  return JSON.parse(json)
}

/** Writes a PNG of a job summary, at two pixels per CSS pixel. */
export function takePicture(markdown: string, theme: Theme, file: string): void {
  const [{ height } = { height: 0 }] = renderSummaries([markdown], theme)
  chromium(renderPage([markdown], theme), [`--window-size=${WIDTH},${height}`, `--screenshot=${file}`])
}

/** A page that shows job summaries. It can load scripts from files and nothing else. */
function renderPage(markdowns: readonly string[], theme: Theme): string {
  const root = projectRoot()
  const css = join(root, `node_modules/github-markdown-css/github-markdown-${theme}.css`)
  const mermaid = join(root, 'node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js')
  const documents = JSON.stringify(markdowns.map(toHtml)).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en" class="${theme}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src file:; style-src 'unsafe-inline'">
<style>
${readFileSync(css, 'utf8')}
body { margin: 0; }
.markdown-body { box-sizing: border-box; width: ${WIDTH}px; padding: 24px; }
</style>
<script type="application/json" id="documents">${documents}</script>
<script src="${pathToFileURL(mermaid)}"></script>
<script defer src="${pathToFileURL(join(root, 'script/render-page.js'))}"></script>
</html>
`
}

/** Converts GitHub Flavored Markdown. */
function toHtml(markdown: string): string {
  const extensions = ['table', 'autolink', 'strikethrough', 'tagfilter']
  const args = ['--unsafe', '--github-pre-lang', ...extensions.flatMap((name) => ['--extension', name])]
  return execFileSync('cmark-gfm', args, { input: markdown, encoding: 'utf8' })
}

/** Runs Chromium until the page's scripts have ended, and returns what it prints. */
function chromium(page: string, args: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-chromium-'))
  const file = join(folder, 'page.html')
  writeFileSync(file, page)
  const argv = [
    '--headless=new',
    // The sandbox doesn't work in many containers.
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--hide-scrollbars',
    // Heights must be measured at the scale of the pictures, because it affects rounding.
    '--force-device-scale-factor=2',
    `--user-data-dir=${join(folder, 'profile')}`,
    // Uses a virtual clock, which only advances while the page is idle, so slow machines don't time out.
    '--virtual-time-budget=60000',
    // Otherwise, Chromium might take a picture before everything is painted.
    '--run-all-compositor-stages-before-draw',
    ...args,
    pathToFileURL(file).href,
  ]
  try {
    const options = { encoding: 'utf8', stdio: 'pipe', timeout: 60_000, maxBuffer: 64 * 2 ** 20 } as const
    return execFileSync('chromium', argv, options)
  } finally {
    // Chromium's helper processes might still write files.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
