import { spawnSync } from 'node:child_process'
import { expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'

// GitHub rejects a push that contains such a string, also a fake one, so secrets in tests are shorter than real ones. It
// publishes only the names of its patterns:
// https://docs.github.com/en/code-security/reference/secret-security/supported-secret-scanning-patterns
// MongoDB and Gitleaks publish the formats:
// https://github.com/mongodb/kingfisher/tree/main/crates/kingfisher-rules/data/rules
// https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml

/** A format with an example, in a syntax that git and JavaScript share. */
const FORMATS = [
  ['mdb_sa_sk_[A-Za-z0-9_-]{40}', `mdb_sa_sk_${'x'.repeat(40)}`],
  ['mongodb(\\+srv)?://[^ /:]+:[^ /@]+@', `${'mongodb'}://user:x@cluster.example.com`],
  ['gh[oprsu]_[A-Za-z0-9]{36}', `ghp_${'x'.repeat(36)}`],
  ['ghs_[0-9]+_[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.', `ghs_${'1'}_x.x.x`],
  ['github_pat_[A-Za-z0-9_]{82}', `github_pat_${'x'.repeat(82)}`],
  ['-----BEGIN [A-Z ]*PRIVATE KEY', `-----BEGIN ${'RSA'} PRIVATE KEY-----`],
] as const

it.each(FORMATS)('no file contains a string in the format of a secret: %s', (format, example) => {
  expect(example).toMatch(new RegExp(format))
  const args = ['grep', '--line-number', '--extended-regexp', '-e', format]
  const { status, stdout } = spawnSync('git', args, { cwd: projectRoot(), encoding: 'utf8' })
  expect([status, stdout]).toStrictEqual([1, ''])
})
