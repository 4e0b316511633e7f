import * as core from '@actions/core'
import { escapeLine } from './html.js'
import { toPlainLine } from './logger.js'

/** What a message cuts off at the end of a server's text. */
const END_OF_SENTENCE = /[.\s]+$/

/** Has the runner mask a secret in every form in which it can be logged, or shown in the summary. */
export function maskSecret(secret: string): void {
  for (const form of listForms(secret)) core.setSecret(form)
}

/**
 * Every form that a text can take on its way into the log or the summary, if a server repeats it. The runner adds forms
 * of its own to each (base64, JSON, percent-encoding).
 */
export function listForms(secret: string): readonly string[] {
  const lines = [
    toPlainLine(secret),
    // In the middle of a line, where `::` stays as it is, and before a bracket, with which `##` is a command.
    toPlainLine(`x${secret}x`).slice(1, -1),
    toPlainLine(`x${secret}[`).slice(1, -1),
  ]
  const texts = [secret, ...lines].flatMap((text) => [text, text.replace(END_OF_SENTENCE, '')])
  const forms = texts.flatMap((text) => [text, escapeLine(text)]).map((form) => form.trim())
  return [...new Set(forms)].filter((form) => form !== '')
}
