import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readNotes, readUnreleased, withRelease } from '../../script/changelog.js'
import { projectRoot } from '../../script/root.js'
import { ACTION_NAME, nextVersion, withMajor } from '../../script/version.js'

const changelog = (unreleased: string) =>
  `# Changelog\n\nWords.\n\n## Unreleased\n${unreleased}\n## 1.1.0 - 2026-01-02\n\n### Fixed\n\n- This.\n\n## 1.0.0 - 2026-01-01\n\n- First.\n`
const withNews = changelog('\n### Added\n\n- That.\n')

describe('the changelog', () => {
  it('returns the unreleased changes', () => {
    expect(readUnreleased(withNews)).toBe('### Added\n\n- That.')
  })

  it.each([
    ['no changes', changelog('')],
    ['only a heading', changelog('\n### Added\n')],
    ['no such section', '# Changelog\n'],
  ])('has nothing to release with %s', (_, text) => {
    expect(readUnreleased(text)).toBe('')
    expect(() => withRelease(text, '1.2.0', '2026-02-03')).toThrow(/CHANGELOG\.md.*Unreleased/)
  })

  it('moves the unreleased changes to the new version and keeps the rest', () => {
    expect(withRelease(withNews, '1.2.0', '2026-02-03')).toBe(
      withNews.replace('## Unreleased\n', '## Unreleased\n\n## 1.2.0 - 2026-02-03\n'),
    )
  })

  it('returns the notes of a version', () => {
    expect(readNotes(withRelease(withNews, '1.2.0', '2026-02-03'), '1.2.0')).toBe('### Added\n\n- That.')
    expect(readNotes(withNews, '1.0.0')).toBe('- First.')
  })

  it('has no notes for an unknown version', () => {
    expect(() => readNotes(withNews, '1.1')).toThrow(/CHANGELOG\.md.*1\.1/)
  })

  it('of this project has the expected format', () => {
    const text = readFileSync(join(projectRoot(), 'CHANGELOG.md'), 'utf8')
    expect(text).toMatch(/^# Changelog\n[^#]*\n## Unreleased\n/)
    const versions = Array.from(text.matchAll(/^## (.+)$/gm), ([, heading]) => heading).slice(1)
    for (const heading of versions) expect(heading).toMatch(/^\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d$/)
  })
})

describe('a version', () => {
  it.each([
    ['patch', '1.2.4'],
    ['minor', '1.3.0'],
    ['major', '2.0.0'],
  ] as const)('is followed by a %s release: %s', (step, next) => {
    expect(nextVersion('1.2.3', step)).toBe(next)
  })

  it('sets the major version of this action in every example, but not of other actions', () => {
    const others = `actions/checkout@v1, my-${ACTION_NAME}@v1, ${ACTION_NAME}-2@v1`
    expect(withMajor(`${ACTION_NAME}@v1, \`${ACTION_NAME}@v1\`, ${others}`, '12.3.4')).toBe(
      `${ACTION_NAME}@v12, \`${ACTION_NAME}@v12\`, ${others}`,
    )
  })
})
