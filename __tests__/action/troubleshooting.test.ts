import { describe, expect, it } from '@jest/globals'
import { describeHelp, findHelp, RECIPES, ROLL_BACK } from '../../src/action/troubleshooting.js'
import { TITLES } from '../../src/titles.js'
import { documents, readAnchors } from '../support/documents.js'
import { allTitles } from '../support/titles.js'

const docs = 'https://github.com/octo-org/atlas-snapshot/blob/v1/docs'
const page = `${docs}/troubleshooting.md`
const issues = 'https://github.com/octo-org/atlas-snapshot/issues'
const env = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_ACTION_REPOSITORY: 'octo-org/atlas-snapshot',
  GITHUB_ACTION_REF: 'v1',
}
const bugs: readonly string[] = [TITLES.unexpected, TITLES.endedEarly]

describe('the help for the end of a step', () => {
  it.each([...allTitles, ROLL_BACK])(
    'links to a heading of docs/troubleshooting.md, or to a recipe: %s',
    (title) => {
      const help = findHelp(title, env)
      const [path, anchor] = help?.section.split('#') ?? []
      expect(path).toBe(RECIPES.has(title) ? `${docs}/recipes.md` : page)
      const anchors = documents()
        .filter((document) => path === `${docs}/${document.path.replace('docs/', '')}`)
        .flatMap(readAnchors)
      expect(anchors).toContain(anchor)
      expect(help?.issues).toBe(bugs.includes(title) ? issues : undefined)
      for (const address of Object.values(help ?? {})) expect(describeHelp(title, env)).toContain(address)
    },
  )

  it.each(['', undefined])('links to the default branch if the ref is %j', (ref) => {
    const { section } = findHelp(TITLES.timedOut, { ...env, GITHUB_ACTION_REF: ref }) ?? {}
    expect(section).toBe(`${page.replace('/v1/', '/HEAD/')}#timed-out`)
  })

  it.each([
    ['GITHUB_ACTION_REPOSITORY', undefined],
    ['GITHUB_SERVER_URL', 'https://github.example'],
  ])('is missing if %s is %j', (name, value) => {
    expect(findHelp(TITLES.unexpected, { ...env, [name]: value })).toBeUndefined()
    expect(describeHelp(TITLES.unexpected, { ...env, [name]: value })).toBe('')
  })
})
