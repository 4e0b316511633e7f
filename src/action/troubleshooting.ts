import { REMEDIES } from '../atlas/remedies.js'
import { TITLES } from '../titles.js'

/** Addresses about the end of a step, for the version of the action that runs. */
export interface Help {
  /** The error's section in docs/troubleshooting.md, or the recipe that solves it. */
  readonly section: string
  /** Where to report it, if it is a bug. */
  readonly issues?: string
}

const GITHUB = 'https://github.com'
/** The section of docs/recipes.md for a step that succeeded. */
export const ROLL_BACK = 'Roll back by hand'
/** What a section of docs/recipes.md solves. */
export const RECIPES: ReadonlyMap<string, string> = new Map([
  [ROLL_BACK, 'roll-back-by-hand'],
  [REMEDIES.notOnAccessList.title, 'github-hosted-runners-and-the-api-access-list'],
  [REMEDIES.invalidClientSecret.title, 'rotate-the-client-secret'],
])
const BUGS: readonly string[] = [TITLES.unexpected, TITLES.endedEarly]

/**
 * Where to read about an error, or a rollback. `undefined` if the runner does not name the action's repository, as for `uses: ./`, or is
 * not of github.com, because there the name can belong to a stranger's repository.
 *
 * @param title one of `TITLES` or `REMEDIES`, or `ROLL_BACK`
 */
export function findHelp(title: string, env: NodeJS.ProcessEnv): Help | undefined {
  const repository = env['GITHUB_ACTION_REPOSITORY']
  if (!repository || env['GITHUB_SERVER_URL'] !== GITHUB) return undefined
  const docs = `${GITHUB}/${repository}/blob/${env['GITHUB_ACTION_REF'] || 'HEAD'}/docs`
  // The anchor that GitHub gives to a heading.
  const anchor = title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
  const recipe = RECIPES.get(title)
  return {
    section: `${docs}/${recipe === undefined ? `troubleshooting.md#${anchor}` : `recipes.md#${recipe}`}`,
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
