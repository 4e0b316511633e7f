import * as core from '@actions/core'
import { readPairs } from './credential-inputs.js'
import { findProxy, listTargets } from './environment.js'
import { clusterName, PRIVATE_KEY, SECRET } from './input-formats.js'
import type { GetInput } from './input-reader.js'

/**
 * Masks all secrets of the inputs and the environment. Must run before anything is logged. The runner also masks the JSON,
 * XML, URI, and Base64 forms of each.
 */
export function maskSecrets(get: GetInput): void {
  for (const secret of collectSecrets(get)) core.setSecret(secret)
}

/**
 * Includes secrets in the wrong input, such as a client secret in `client-id` or `group-id`. Of a text that contains one, only
 * the secret is masked, because the runner masks each line and drops outputs that contain one.
 */
export function collectSecrets(get: GetInput): readonly string[] {
  const { inputs, variables } = readPairs(get)
  const credentials = [...inputs, ...variables].flatMap(({ halves: [{ value }, secretHalf] }) => [
    secretHalf.value,
    ...findPrivateKeys(value),
  ])
  const name = get('cluster-name')
  const misplaced = clusterName.parse(name) === undefined ? findPrivateKeys(name) : []
  // The inputs are in the environment, too.
  const others = Object.values(process.env).flatMap(
    (value = '') => value.match(new RegExp(SECRET, 'gi')) ?? [],
  )
  const secrets = [...credentials, ...misplaced, get('github-token'), ...others, ...proxySecrets(get)]
  return [...new Set(secrets.map((text = '') => text.trim()))].filter((secret) => secret !== '')
}

/** Only where they are misplaced, because a UUID is no secret in other texts, such as a description. */
function findPrivateKeys(text: string): readonly string[] {
  return text.match(new RegExp(PRIVATE_KEY, 'gi')) ?? []
}

/** The password of each proxy that the step uses, and the value of the header that contains it (RFC 7617). */
function proxySecrets(get: GetInput): string[] {
  return listTargets(get).flatMap((target) => {
    const { username = '', password = '' } = findProxy(target) ?? {}
    return password === '' ? [] : [password, Buffer.from(`${username}:${password}`).toString('base64')]
  })
}
