import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { projectRoot } from '../../script/root.js'
import { isJsonObject } from '../../src/atlas/json.js'

type Fields = Readonly<Record<string, unknown>>

const folder = join(projectRoot(), '.github', 'ISSUE_TEMPLATE')
const forms = readdirSync(folder)
  .filter((name) => name !== 'config.yml')
  .map((name) => ({ name, form: read(name) }))
const bug = forms.find(({ name }) => name === 'bug.yml')

/** Types of fields that GitHub supports, and their required attributes. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  markdown: ['value'],
  textarea: ['label'],
  input: ['label'],
  dropdown: ['label', 'options'],
  checkboxes: ['label', 'options'],
}

describe('an issue form', () => {
  it.each(forms)('is valid: $name', ({ form }) => {
    expect(findProblems(form)).toEqual([])
  })

  it('for a bug requires everything that is needed to find it', () => {
    const required = listFields(bug?.form ?? {}).filter(
      ({ validations }) => toObject(validations)['required'],
    )
    expect(required.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['version', 'happened', 'workflow', 'log', 'cluster', 'atlas', 'runner']),
    )
  })

  it.each<[string, (form: Record<string, unknown>) => unknown]>([
    ['no name', (form) => ({ ...form, name: '' })],
    ['no body', (form) => ({ ...form, body: [] })],
    ['nothing to fill in', (form) => ({ ...form, body: [{ type: 'markdown', attributes: { value: 'x' } }] })],
    ['a duplicate ID', (form) => ({ ...form, body: [...listFields(form), ...listFields(form)] })],
    [
      'an unknown type of field',
      (form) => ({ ...form, body: [{ type: 'text', attributes: { label: 'x' } }] }),
    ],
    ['a field without a label', (form) => ({ ...form, body: [{ type: 'input', id: 'x', attributes: {} }] })],
    ['an unknown key', (form) => ({ ...form, about: 'x' })],
  ])('is invalid with %s', (_, spoil) => {
    expect(findProblems(toObject(spoil({ ...bug?.form })))).not.toEqual([])
  })
})

describe('the page for a new issue', () => {
  const config = read('config.yml')
  const links = toList(config['contact_links']).map(toObject)

  it('links to private vulnerability reports', () => {
    expect(links.map(({ url }) => url)).toContainEqual(
      expect.stringMatching(/^https:\/\/.+\/security\/advisories\/new$/),
    )
  })

  it('describes each link and offers no blank issue', () => {
    for (const link of links) expect(Object.keys(link).sort()).toEqual(['about', 'name', 'url'])
    expect(config['blank_issues_enabled']).toBe(false)
  })
})

/** Reasons why GitHub would not show the form. */
function findProblems(form: Fields): string[] {
  const known = ['name', 'description', 'title', 'labels', 'assignees', 'projects', 'type', 'body']
  const fields = listFields(form)
  const ids = fields.flatMap(({ id }) => (id === undefined ? [] : [id]))
  const labels = fields.flatMap(({ attributes }) => toObject(attributes)['label'] ?? [])
  return [
    ...Object.keys(form).flatMap((key) => (known.includes(key) ? [] : [`unknown key ${key}`])),
    ...['name', 'description'].flatMap((key) => (isText(form[key]) ? [] : [`no ${key}`])),
    ...(fields.some(({ type }) => type !== 'markdown') ? [] : ['nothing to fill in']),
    ...(new Set(ids).size === ids.length ? [] : ['duplicate ID']),
    ...(new Set(labels).size === labels.length ? [] : ['duplicate label']),
    ...ids.flatMap((id) => (/^[\w-]+$/.test(String(id)) ? [] : [`invalid ID ${id}`])),
    ...fields.flatMap(({ type, attributes }) => {
      const needs = NEEDS[String(type)]
      if (needs === undefined) return [`unknown type of field ${type}`]
      const given = toObject(attributes)
      return needs.flatMap((key) =>
        isText(given[key]) || toList(given[key]).length > 0 ? [] : [`a field without ${key}`],
      )
    }),
  ]
}

function listFields(form: Fields): Fields[] {
  return toList(form['body']).map(toObject)
}

function read(name: string): Fields {
  return toObject(parse(readFileSync(join(folder, name), 'utf8')))
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function toObject(value: unknown): Fields {
  return isJsonObject(value) ? value : {}
}
