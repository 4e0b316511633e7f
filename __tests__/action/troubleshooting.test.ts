import { describe, expect, it } from '@jest/globals'
import { describeHelp, troubleshootingUrl } from '../../src/action/troubleshooting.js'
import { TITLES } from '../../src/titles.js'
import { documents, readAnchors } from '../support/documents.js'

const page = 'https://github.com/octo-org/atlas-snapshot/blob/v1/docs/troubleshooting.md'
const env = { GITHUB_ACTION_REPOSITORY: 'octo-org/atlas-snapshot', GITHUB_ACTION_REF: 'v1' }

describe('the address of an error', () => {
  it('leads to a heading of docs/troubleshooting.md for each title', () => {
    const anchors = documents()
      .filter(({ path }) => path === 'docs/troubleshooting.md')
      .flatMap(readAnchors)
    for (const title of Object.values(TITLES)) {
      const [path, anchor] = troubleshootingUrl(title, env)?.split('#') ?? []
      expect(path).toBe(page)
      expect(anchors).toContain(anchor)
    }
  })

  it.each(['', undefined, 'a b', '--> x'])('is on the default branch if the ref is %j', (ref) => {
    expect(troubleshootingUrl(TITLES.timedOut, { ...env, GITHUB_ACTION_REF: ref })).toBe(
      `${page.replace('/v1/', '/HEAD/')}#timed-out`,
    )
  })

  it.each(['', undefined, 'octo-org', 'a/b/c', 'octo org/x'])(
    'is unknown if the repository is %j',
    (name) => {
      expect(troubleshootingUrl(TITLES.timedOut, { ...env, GITHUB_ACTION_REPOSITORY: name })).toBeUndefined()
      expect(describeHelp(TITLES.unexpected, { ...env, GITHUB_ACTION_REPOSITORY: name })).toBe('')
    },
  )
})

describe('the help for an error', () => {
  it.each([TITLES.unexpected, TITLES.endedEarly])('%s includes where to report it', (title) => {
    expect(describeHelp(title, env)).toContain('https://github.com/octo-org/atlas-snapshot/issues')
  })

  it('is only the address for any other error', () => {
    expect(describeHelp(TITLES.timedOut, env)).toContain(`${page}#timed-out`)
    expect(describeHelp(TITLES.timedOut, env)).not.toContain('/issues')
  })
})
