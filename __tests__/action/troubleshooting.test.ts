import { describe, expect, it } from '@jest/globals'
import { describeHelp, findHelp, findRollBackRecipe, RECIPES } from '../../src/action/troubleshooting.js'
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

describe('the help for an error', () => {
  it.each(allTitles)('links to a heading of docs/troubleshooting.md, or to a recipe: %s', (title) => {
    const help = findHelp(title, env)
    const [path, anchor] = help?.section.split('#') ?? []
    expect(path).toBe(RECIPES.has(title) ? `${docs}/recipes.md` : page)
    const anchors = documents()
      .filter((document) => path === `${docs}/${document.path.replace('docs/', '')}`)
      .flatMap(readAnchors)
    expect(anchors).toContain(anchor)
    expect(help?.issues).toBe(bugs.includes(title) ? issues : undefined)
    for (const address of Object.values(help ?? {})) expect(describeHelp(title, env)).toContain(address)
  })

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
    expect(findRollBackRecipe({ ...env, [name]: value })).toBeUndefined()
  })

  it('includes the recipe for a rollback', () => {
    const [path, anchor] = findRollBackRecipe(env)?.split('#') ?? []
    expect(path).toBe(`${docs}/recipes.md`)
    const recipes = documents().filter((document) => document.path === 'docs/recipes.md')
    expect(recipes.flatMap(readAnchors)).toContain(anchor)
  })
})
