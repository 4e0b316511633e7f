import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { projectRoot } from '../../script/root.js'
import { isJsonObject, parseJson } from '../../src/atlas/json.js'

/** What a token may do that a pull request's code can get at; CodeQL writes down what it finds with the second. */
const HARMLESS = ['contents: read', 'security-events: write', 'pull-requests: read', 'actions: read']

const workflows = readdirSync(join(projectRoot(), '.github', 'workflows')).map((name) => {
  const code = readFileSync(join(projectRoot(), '.github', 'workflows', name), 'utf8')
  return { name, code, workflow: toFields(parse(code)) }
})

describe('the CI of this repository', () => {
  it('gives a pull request no secret and no right to write code', () => {
    const started = workflows.filter(({ workflow }) => listTriggers(workflow).includes('pull_request'))
    expect(started).not.toHaveLength(0)
    for (const { name, code, workflow } of started) {
      const rights = [workflow, ...Object.values(toFields(workflow['jobs'])).map(toFields)].flatMap(
        ({ permissions }) => Object.entries(toFields(permissions)).map(([right, to]) => `${right}: ${to}`),
      )
      expect({ name, rights: rights.filter((right) => !HARMLESS.includes(right)) }).toEqual({
        name,
        rights: [],
      })
      expect({ name, top: workflow['permissions'] }).toEqual({ name, top: {} })
      expect({ name, secrets: /\bsecrets\b/.test(code) }).toEqual({ name, secrets: false })
    }
  })

  it('runs nothing of a pull request with the rights of the branch that it is for', () => {
    const triggers = workflows.flatMap(({ workflow }) => listTriggers(workflow))
    expect(triggers).not.toContain('pull_request_target')
    expect(triggers).not.toContain('workflow_run')
  })
})

describe('the dependencies', () => {
  it('are installed without running scripts of theirs', () => {
    const ensure = readFileSync(join(projectRoot(), 'script', 'setup.mjs'), 'utf8')
    expect(ensure).toMatch(/'ci', '--ignore-scripts'/)
  })

  it('are each held to one version and to its hash', () => {
    const manifest = toFields(parseJson(readFileSync(join(projectRoot(), 'package.json'), 'utf8')))
    const asked = ['dependencies', 'devDependencies'].flatMap((kind) =>
      Object.values(toFields(manifest[kind])),
    )
    const exact = /^(npm:@?[\w/-]+@)?\d+\.\d+\.\d+$|^file:packages\/[\w-]+$/
    expect(asked.filter((version) => !exact.test(String(version)))).toEqual([])

    const lock = toFields(parseJson(readFileSync(join(projectRoot(), 'package-lock.json'), 'utf8')))
    const installed = Object.entries(toFields(lock['packages'])).filter(([path]) =>
      path.startsWith('node_modules/'),
    )
    expect(installed.length).toBeGreaterThan(100)
    const loose = installed
      .filter(([, entry]) => toFields(entry)['link'] !== true)
      .filter(([, entry]) => !String(toFields(entry)['integrity']).startsWith('sha512-'))
    expect(loose.map(([path]) => path)).toEqual([])
  })
})

function listTriggers(workflow: Readonly<Record<string, unknown>>): string[] {
  const on = workflow['on']
  return typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(toFields(on))
}

function toFields(value: unknown): Readonly<Record<string, unknown>> {
  return isJsonObject(value) ? value : {}
}
