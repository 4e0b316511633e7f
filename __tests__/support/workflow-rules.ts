import { actionYml } from './action-yml.js'
import type { WorkflowFile } from './workflow.js'

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/

/** What is wrong with a workflow of this project; empty where nothing is. */
export function findProblems({ code, workflow }: WorkflowFile): string[] {
  const uses = [...code.matchAll(/^\s*(?:- )?uses: *(.+)$/gm)].map(([, what = '']) => what)
  const unpinned = uses.filter((what) => !what.startsWith('./') && !PINNED.test(what))
  const steps = workflow.jobs.flatMap((job) => job.steps.map((step) => ({ job, step })))
  const known = Object.entries(actionYml().inputs)
  const ours = steps.filter(({ step }) => step.uses === './').map(({ step }) => Object.keys(step.inputs))
  const leftBehind = steps.filter(
    ({ job, step }) =>
      step.uses?.startsWith('actions/checkout@') === true &&
      step.inputs['persist-credentials'] !== 'false' &&
      !mayPush(job.permissions),
  )
  return [
    ...(JSON.stringify(workflow.permissions) === '{}' ? [] : ['it does not start from no permissions']),
    ...unpinned.map((what) => `not pinned by a commit, with its version as a comment: ${what}`),
    ...ours
      .flat()
      .filter((name) => !known.some(([input]) => input === name))
      .map((name) => `${name} is no input of the action`),
    ...ours.flatMap((given) =>
      known
        .filter(([name, { required }]) => required && !given.includes(name))
        .map(([name]) => `the action is not given ${name}`),
    ),
    ...steps
      .filter(({ step }) => step.run?.includes('${{'))
      .map(({ step }) => `an expression is pasted into a script: ${step.run}`),
    ...leftBehind.map(({ job }) => `a checkout in ${job.id} leaves its token behind`),
  ]
}

/** Whether the job is there to push, for which it needs the token of its checkout. */
function mayPush(permissions: unknown): boolean {
  return (
    typeof permissions === 'object' &&
    permissions !== null &&
    'contents' in permissions &&
    permissions.contents === 'write'
  )
}
