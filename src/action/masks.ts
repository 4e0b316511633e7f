import * as core from '@actions/core'
import { escapeLine } from './html.js'
import { toPlainLine } from './logger.js'

/** The part that error messages remove from the end of a server's text. */
const END_OF_SENTENCE = /[.\s]+$/

/** Makes the runner mask every form of a secret that the log or the summary might contain. */
export function maskSecret(secret: string): void {
  for (const form of listForms(secret)) core.setSecret(form)
}

/**
 * Every form of a secret that the log or the summary might contain if a server repeats it. The runner also masks the
 * base64, JSON, and percent-encoded forms of each.
 */
export function listForms(secret: string): readonly string[] {
  const lines = [
    toPlainLine(secret),
    // `::` changes only at the start of a line, and `##` only before a bracket.
    toPlainLine(`x${secret}x`).slice(1, -1),
    toPlainLine(`x${secret}[`).slice(1, -1),
  ]
  const texts = [secret, ...lines].flatMap((text) => [text, text.replace(END_OF_SENTENCE, '')])
  const forms = texts.flatMap((text) => [text, escapeLine(text)]).map((form) => form.trim())
  return [...new Set(forms)].filter((form) => form !== '')
}
