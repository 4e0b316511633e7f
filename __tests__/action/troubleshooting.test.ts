import { describe, expect, it } from '@jest/globals'
import { describeHelp } from '../../src/action/troubleshooting.js'
import { FAILURES } from '../../src/atlas/responses.js'
import { documents, readAnchors } from '../support/documents.js'
import { allTitles, TITLES } from '../support/titles.js'

const docs = 'https://github.com/octo-org/atlas-snapshot/blob/v1/docs'
const page = `${docs}/troubleshooting.md`
const issues = 'https://github.com/octo-org/atlas-snapshot/issues'
const env = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_ACTION_REPOSITORY: 'octo-org/atlas-snapshot',
  GITHUB_ACTION_REF: 'v1',
}
const bugs: readonly string[] = [TITLES.internalError, TITLES.endedEarly]

describe('the help for an error', () => {
  const explanations = [...allTitles.map((title) => ({ title })), ...Object.values(FAILURES)]

  it.each(explanations)('links to a heading of a page: $title', (explanation) => {
    const help = describeHelp(explanation, env)
    const [, path, anchor] = /\bDetails: ([^#]+)#(.+)$/.exec(help) ?? []
    const document = documents().find((each) => path === `${docs}/${each.path.replace('docs/', '')}`)
    expect(document && readAnchors(document)).toContain(anchor)
    if ('page' in explanation) expect(help).toContain(explanation.page)
    expect(help.includes(issues)).toBe(bugs.includes(explanation.title))
  })

  it.each(['', undefined])('links to the default branch if the ref is %j', (ref) => {
    const help = describeHelp({ title: TITLES.timedOut }, { ...env, GITHUB_ACTION_REF: ref })
    expect(help).toBe(`Details: ${page.replace('/v1/', '/HEAD/')}#timed-out`)
  })

  it.each([
    ['GITHUB_ACTION_REPOSITORY', undefined],
    ['GITHUB_SERVER_URL', 'https://github.example'],
  ])('is missing if %s is %j', (name, value) => {
    expect(describeHelp({ title: TITLES.internalError }, { ...env, [name]: value })).toBe('')
  })
})
