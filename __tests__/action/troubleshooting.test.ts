import { beforeEach, describe, expect, it } from '@jest/globals'
import { describeHelp } from '../../src/action/troubleshooting.js'
import { FAILURES } from '../../src/atlas/responses.js'
import { documents, readAnchors } from '../support/documents.js'
import { setEnvironment } from '../support/environment.js'
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
  beforeEach(() => setEnvironment(env))

  const explanations = [...allTitles.map((title) => ({ title })), ...Object.values(FAILURES)]

  it.each(explanations)('links to a heading of a page: $title', (explanation) => {
    const help = describeHelp(explanation)
    const [, path, anchor] = /\bDetails: ([^#]+)#(.+)$/.exec(help) ?? []
    const document = documents().find((each) => path === `${docs}/${each.path.replace('docs/', '')}`)
    expect(document && readAnchors(document)).toContain(anchor)
    if ('page' in explanation) expect(help).toContain(explanation.page)
    expect(help.includes(issues)).toBe(bugs.includes(explanation.title))
  })

  it.each(['', undefined])('links to the default branch if the ref is %j', (ref) => {
    setEnvironment({ ...env, GITHUB_ACTION_REF: ref })
    expect(describeHelp({ title: TITLES.timedOut })).toBe(
      `Details: ${page.replace('/v1/', '/HEAD/')}#timed-out`,
    )
  })

  it.each([
    ['GITHUB_ACTION_REPOSITORY', undefined],
    ['GITHUB_SERVER_URL', 'https://github.example'],
  ])('is missing if %s is %j', (name, value) => {
    setEnvironment({ ...env, [name]: value })
    expect(describeHelp({ title: TITLES.internalError })).toBe('')
  })
})
