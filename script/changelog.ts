const UNRELEASED = '## Unreleased'

/** The unreleased changes in CHANGELOG.md. Empty if they contain no list item. */
export function readUnreleased(changelog: string): string {
  const content = findSection(changelog, UNRELEASED) ?? ''
  return /^- /m.test(content) ? content : ''
}

/**
 * Moves the unreleased changes under a heading for the version.
 *
 * @param date of the release, YYYY-MM-DD
 * @throws Error if there are no unreleased changes
 */
export function withRelease(changelog: string, version: string, date: string): string {
  if (readUnreleased(changelog) === '') throw new Error('CHANGELOG.md lists no changes under Unreleased')
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n\n## ${version} - ${date}`)
}

/**
 * The changes of a version.
 *
 * @throws Error if the changelog doesn't contain the version
 */
export function readNotes(changelog: string, version: string): string {
  const notes = findSection(changelog, `## ${version} - `)
  if (notes === undefined || notes === '') throw new Error(`CHANGELOG.md lists no changes for ${version}`)
  return notes
}

/** The text between the heading that begins with `start` and the next heading. */
function findSection(changelog: string, start: string): string | undefined {
  const sections = changelog.split(/^(?=## )/m)
  const section = sections.find((text) => text.startsWith(start))
  return section?.slice(section.indexOf('\n') + 1).trim()
}
