import { type HelpTopic, INTERNAL_ERROR } from '../action-error.js'

const GITHUB = 'https://github.com'

/** Where to read more about an error: `Details: https://…`. Empty without a known repository. */
export function describeHelp({ title, page }: Omit<HelpTopic, 'remedy'>): string {
  // The anchor that GitHub gives to a heading.
  const anchor = title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
  const url = pageUrl(page ?? `troubleshooting.md#${anchor}`)
  if (url === undefined) return ''
  const report = title.startsWith(INTERNAL_ERROR) ? `Issues: ${findRepository()}/issues. ` : ''
  return `${report}Details: ${url}`
}

/** The address of a page below docs/, for the version of the action that runs. `undefined` without a known repository. */
export function pageUrl(page: string): string | undefined {
  const repository = findRepository()
  return repository && `${repository}/blob/${process.env['GITHUB_ACTION_REF'] || 'HEAD'}/docs/${page}`
}

/**
 * The repository of the action. `undefined` if the runner does not name it, as for `uses: ./`, or is not of github.com,
 * because there the name can belong to a stranger's repository.
 */
function findRepository(): string | undefined {
  const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_SERVER_URL: server } = process.env
  return repository && server === GITHUB ? `${GITHUB}/${repository}` : undefined
}
