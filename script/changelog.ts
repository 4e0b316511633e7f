const UNRELEASED = '## Unreleased'

/** What CHANGELOG.md says about what is not released yet; empty where that is not a single item of a list. */
export function readUnreleased(changelog: string): string {
  const content = findSection(changelog, UNRELEASED) ?? ''
  return /^- /m.test(content) ? content : ''
}

/**
 * The changelog with what was unreleased under a version of its own.
 *
 * @param date of the release, YYYY-MM-DD
 * @throws Error where there is nothing to release
 */
export function withRelease(changelog: string, version: string, date: string): string {
  if (readUnreleased(changelog) === '') throw new Error('CHANGELOG.md says nothing under Unreleased')
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n\n## ${version} - ${date}`)
}

/**
 * What the changelog says about a version.
 *
 * @throws Error where it says nothing
 */
export function readNotes(changelog: string, version: string): string {
  const notes = findSection(changelog, `## ${version} - `)
  if (notes === undefined || notes === '') throw new Error(`CHANGELOG.md says nothing about ${version}`)
  return notes
}

/** The text below the heading that begins with `start`, to the next of its kind. */
function findSection(changelog: string, start: string): string | undefined {
  const sections = changelog.split(/^(?=## )/m)
  const section = sections.find((text) => text.startsWith(start))
  return section?.slice(section.indexOf('\n') + 1).trim()
}
