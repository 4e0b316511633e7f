import * as core from '@actions/core'
import { CREDENTIALS, readPairs } from './credential-inputs.js'
import { findProxy, listTargets } from './environment.js'
import { escapeLine } from './html.js'
import type { GetInput } from './input-reader.js'
import { toPlainLine } from './logger.js'

/** Masks all secrets of the inputs and the environment. Must run before anything is logged. */
export function maskSecrets(get: GetInput, env: NodeJS.ProcessEnv): void {
  for (const secret of collectSecrets(get, env)) maskSecret(secret)
}

/** Makes the runner mask a secret, including the forms of it that the log or the summary might contain. */
export function maskSecret(secret: string): void {
  for (const form of listForms(secret)) core.setSecret(form)
}

/** Includes secrets in the wrong input, such as a client secret in `client-id`. */
export function collectSecrets(get: GetInput, env: NodeJS.ProcessEnv): readonly string[] {
  const { inputs, variables } = readPairs(get, env)
  const credentials = [...inputs, ...variables].flatMap(({ halves: [{ value }, secretHalf] }) => {
    const isMisplaced = CREDENTIALS.some(({ secretFormat }) => secretFormat.test(value))
    return [secretHalf.value, isMisplaced ? value : '']
  })
  const secrets = [...credentials, get('github-token'), ...proxySecrets(get, env)].map((text) => text.trim())
  return [...new Set(secrets)].filter((secret) => secret !== '')
}

/** The password of each proxy that the step uses, and the value of the header that contains it (RFC 7617). */
function proxySecrets(get: GetInput, env: NodeJS.ProcessEnv): string[] {
  return listTargets(get, env).flatMap((target) => {
    const { username = '', password = '' } = findProxy(target) ?? {}
    return password === '' ? [] : [password, Buffer.from(`${username}:${password}`).toString('base64')]
  })
}

/** A secret as it is, as it is logged, and as the summary shows it. The runner also masks common encodings of each. */
export function listForms(secret: string): readonly string[] {
  // Error messages remove the end of a server's sentence.
  const texts = [secret, toPlainLine(secret)].flatMap((text) => [text, text.replace(/[.\s]+$/, '')])
  const forms = texts.flatMap((text) => [text, escapeLine(text)]).map((form) => form.trim())
  return [...new Set(forms)].filter((form) => form !== '')
}
