import { REMEDIES } from '../atlas/remedies.js'
import { TITLES } from '../titles.js'

const GITHUB = 'https://github.com'
/** The page for a step that succeeded. */
export const ROLL_BACK = 'Roll back'
/** What another page than docs/troubleshooting.md solves. */
export const PAGES: ReadonlyMap<string, string> = new Map([
  [ROLL_BACK, 'roll-back.md'],
  [REMEDIES.notOnAccessList.title, 'recipes.md#github-hosted-runners-and-the-api-access-list'],
  [REMEDIES.invalidClientSecret.title, 'recipes.md#rotate-the-client-secret'],
])
const BUGS: readonly string[] = [TITLES.unexpected, TITLES.endedEarly]

/**
 * The address of the documentation about an error, or a rollback, for the version of the action that runs.
 *
 * @param title one of `TITLES` or `REMEDIES`, or `ROLL_BACK`
 */
export function findPage(title: string, env: NodeJS.ProcessEnv): string | undefined {
  const repository = findRepository(env)
  // The anchor that GitHub gives to a heading.
  const anchor = title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
  const page = PAGES.get(title) ?? `troubleshooting.md#${anchor}`
  return repository && `${repository}/blob/${env['GITHUB_ACTION_REF'] || 'HEAD'}/docs/${page}`
}

/** The end of what an error tells to do, with a space before it. Empty without a page. */
export function describeHelp(title: string, env: NodeJS.ProcessEnv): string {
  const page = findPage(title, env)
  if (page === undefined) return ''
  const report = BUGS.includes(title) ? ` Issues: ${findRepository(env)}/issues.` : ''
  return `${report} Details: ${page}`
}

/**
 * The repository of the action. `undefined` if the runner does not name it, as for `uses: ./`, or is not of github.com,
 * because there the name can belong to a stranger's repository.
 */
function findRepository(env: NodeJS.ProcessEnv): string | undefined {
  const repository = env['GITHUB_ACTION_REPOSITORY']
  return repository && env['GITHUB_SERVER_URL'] === GITHUB ? `${GITHUB}/${repository}` : undefined
}
