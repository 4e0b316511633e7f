import { spawnSync } from 'node:child_process'
import { needProgram } from '../programs.js'

/** HTML as GitHub's own converter makes it, and what its filter of dangerous tags did to it. */
export interface Converted {
  /** Fragment of HTML; raw HTML of the Markdown is in it, unsanitized but for the filter. */
  readonly html: string
  /** Whether a raw tag such as `<script>` was turned into text. */
  readonly hadFilteredTags: boolean
}

/** Converts GitHub-flavoured Markdown. Throws an Error without cmark-gfm. */
export function convertMarkdown(markdown: string): Converted {
  const unfiltered = cmark(markdown, ['table', 'autolink', 'strikethrough'])
  const html = cmark(markdown, ['table', 'autolink', 'strikethrough', 'tagfilter'])
  return { html, hadFilteredTags: html !== unfiltered }
}

function cmark(markdown: string, extensions: readonly string[]): string {
  const args = ['--unsafe', '--github-pre-lang', ...extensions.flatMap((name) => ['--extension', name])]
  const options = { input: markdown, encoding: 'utf8', maxBuffer: 16 * 2 ** 20 } as const
  const { status, stdout, stderr, error } = spawnSync(needProgram('cmark-gfm'), args, options)
  if (status !== 0) throw new Error(`cmark-gfm failed\n${stderr}`, { cause: error })
  return stdout
}
