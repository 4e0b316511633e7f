import { parseArgs } from 'node:util'
import { UsageError } from './fields.js'

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const flag = { type: 'boolean' } as const

/** Every flag of the command line. */
export const flags = {
  help: { type: 'boolean', short: 'h' },
  verbose: flag,
  host: text,
  port: text,
  'tls-cert': text,
  'tls-key': text,
  'group-id': text,
  'public-key': text,
  'private-key': text,
  'client-id': text,
  'client-secret': text,
  'token-seconds': text,
  'token-rate-limit': text,
  role: texts,
  cluster: texts,
  'access-list': texts,
  'require-access-list': flag,
  'seconds-to-in-progress': text,
  'seconds-to-completed': text,
  speed: text,
  fail: flag,
  older: text,
  'rate-limit': text,
  algorithm: texts,
  qop: text,
  'nonce-max-age': text,
  'nonce-reuse': text,
  opaque: text,
  userhash: flag,
  charset: flag,
  joined: flag,
  'authentication-info': flag,
  'next-nonce': flag,
  'list-lag': text,
  'list-hides-unfinished': flag,
  'list-order': text,
  'list-shrinks': text,
  'list-of-other-kind': text,
  'sharded-list-in-pages': flag,
  'read-404-seconds': text,
  'odd-status': text,
  'members-in-plain-read': flag,
  fault: texts,
  scenario: text,
} as const

export type FlagName = keyof typeof flags

/** The values of the flags that a command line has. Throws a UsageError for one that is unknown or lacks its value. */
export function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

export type Values = ReturnType<typeof parseFlags>
