import { TITLES } from '../titles.js'

const REPOSITORY = /^[\w.-]+\/[\w.-]+$/
const REF = /^[\w./-]+$/

/**
 * The address of an error's section in docs/troubleshooting.md, for the version of the action that runs. `undefined` if
 * the runner does not name the action's repository, as for `uses: ./`.
 *
 * @param title one of `TITLES`
 */
export function troubleshootingUrl(title: string, env: NodeJS.ProcessEnv): string | undefined {
  const repository = repositoryUrl(env)
  if (repository === undefined) return undefined
  const ref = env['GITHUB_ACTION_REF'] ?? ''
  return `${repository}/blob/${REF.test(ref) ? ref : 'HEAD'}/docs/troubleshooting.md#${toAnchor(title)}`
}

/** What to read about an error, and where to report a bug. Empty if the action's repository is not known. */
export function describeHelp(title: string, env: NodeJS.ProcessEnv): string {
  const url = troubleshootingUrl(title, env)
  if (url === undefined) return ''
  const isBug = title === TITLES.unexpected || title === TITLES.endedEarly
  return isBug ? ` Report it at ${repositoryUrl(env)}/issues. Details: ${url}` : ` Details: ${url}`
}

/** GitHub Enterprise Server, too, gets actions from github.com or syncs them from there under the same name. */
function repositoryUrl(env: NodeJS.ProcessEnv): string | undefined {
  const repository = env['GITHUB_ACTION_REPOSITORY'] ?? ''
  return REPOSITORY.test(repository) ? `https://github.com/${repository}` : undefined
}

/** The anchor that GitHub gives to a heading. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
}
