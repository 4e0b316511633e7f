import { REMEDIES } from '../atlas/remedies.js'
import { TITLES } from '../titles.js'

const GITHUB = 'https://github.com'
/** What another page than docs/troubleshooting.md solves. */
export const PAGES: ReadonlyMap<string, string> = new Map([
  [REMEDIES.notOnAccessList.title, 'recipes.md#github-hosted-runners-and-the-api-access-list'],
  [REMEDIES.invalidApiKey.title, 'recipes.md#rotate-credentials'],
  [REMEDIES.invalidClientSecret.title, 'recipes.md#rotate-credentials'],
])
const BUGS: readonly string[] = [TITLES.unexpected, TITLES.endedEarly]

/**
 * The end of what an error tells to do, with a space before it. It links to the documentation for the version of the action
 * that runs. Empty without a known repository.
 */
export function describeHelp(title: string, env: NodeJS.ProcessEnv): string {
  const repository = findRepository(env)
  if (repository === undefined) return ''
  // The anchor that GitHub gives to a heading.
  const anchor = title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
  const page = PAGES.get(title) ?? `troubleshooting.md#${anchor}`
  const report = BUGS.includes(title) ? ` Issues: ${repository}/issues.` : ''
  return `${report} Details: ${repository}/blob/${env['GITHUB_ACTION_REF'] || 'HEAD'}/docs/${page}`
}

/**
 * The repository of the action. `undefined` if the runner does not name it, as for `uses: ./`, or is not of github.com,
 * because there the name can belong to a stranger's repository.
 */
function findRepository(env: NodeJS.ProcessEnv): string | undefined {
  const repository = env['GITHUB_ACTION_REPOSITORY']
  return repository && env['GITHUB_SERVER_URL'] === GITHUB ? `${GITHUB}/${repository}` : undefined
}
