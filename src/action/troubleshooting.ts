import { TITLES } from '../titles.js'

/** Addresses about an error, for the version of the action that runs. */
export interface Help {
  /** The error's section in docs/troubleshooting.md. */
  readonly section: string
  /** Where to report it, if it is a bug. */
  readonly issues?: string
}

const GITHUB = 'https://github.com'
const REPOSITORY = /^[\w.-]+\/[\w.-]+$/
const REF = /^[\w./-]+$/
const BUGS: readonly string[] = [TITLES.unexpected, TITLES.endedEarly]

/**
 * Where to read about an error. `undefined` if the runner does not name the action's repository, as for `uses: ./`, or is
 * not of github.com, because there the name can belong to a stranger's repository.
 *
 * @param title one of `TITLES` or `REMEDIES`
 */
export function findHelp(title: string, env: NodeJS.ProcessEnv): Help | undefined {
  const repository = env['GITHUB_ACTION_REPOSITORY'] ?? ''
  if (!REPOSITORY.test(repository) || env['GITHUB_SERVER_URL'] !== GITHUB) return undefined
  const ref = env['GITHUB_ACTION_REF'] ?? ''
  const page = `${GITHUB}/${repository}/blob/${REF.test(ref) ? ref : 'HEAD'}/docs/troubleshooting.md`
  return {
    section: `${page}#${toAnchor(title)}`,
    ...(BUGS.includes(title) && { issues: `${GITHUB}/${repository}/issues` }),
  }
}

/** The end of an annotation, with a space before it. Empty if there is no help. */
export function describeHelp(title: string, env: NodeJS.ProcessEnv): string {
  const help = findHelp(title, env)
  if (help === undefined) return ''
  const report = help.issues === undefined ? '' : ` Report it at ${help.issues}.`
  return `${report} Details: ${help.section}`
}

/** The anchor that GitHub gives to a heading. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
}
