import { type Explanation, INTERNAL_ERROR } from '../action-error.js'

const GITHUB = 'https://github.com'
/**
 * The end of what an error tells to do, with a space before it. It links to the documentation for the version of the action
 * that runs. Empty without a known repository.
 */
export function describeHelp({ title, page }: Omit<Explanation, 'remedy'>, env: NodeJS.ProcessEnv): string {
  const repository = findRepository(env)
  if (repository === undefined) return ''
  // The anchor that GitHub gives to a heading.
  const anchor = title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
  const report = title.startsWith(INTERNAL_ERROR) ? ` Issues: ${repository}/issues.` : ''
  return `${report} Details: ${repository}/blob/${env['GITHUB_ACTION_REF'] || 'HEAD'}/docs/${page ?? `troubleshooting.md#${anchor}`}`
}

/**
 * The repository of the action. `undefined` if the runner does not name it, as for `uses: ./`, or is not of github.com,
 * because there the name can belong to a stranger's repository.
 */
function findRepository(env: NodeJS.ProcessEnv): string | undefined {
  const repository = env['GITHUB_ACTION_REPOSITORY']
  return repository && env['GITHUB_SERVER_URL'] === GITHUB ? `${GITHUB}/${repository}` : undefined
}
