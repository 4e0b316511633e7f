const SHORT_SHA = 7

/**
 * `OWNER/REPO@SHA7 WORKFLOW run RUN_ID.ATTEMPT`, so that a snapshot in Atlas leads back to its run; outside of a
 * workflow, what there is of it.
 */
export function defaultDescription(env: NodeJS.ProcessEnv): string {
  const repository = env['GITHUB_REPOSITORY'] ?? ''
  const sha = env['GITHUB_SHA']?.slice(0, SHORT_SHA) ?? ''
  const run = [env['GITHUB_RUN_ID'], env['GITHUB_RUN_ATTEMPT']].filter(
    (part) => part !== undefined && part !== '',
  )
  const parts = [
    sha === '' ? repository : `${repository}@${sha}`,
    env['GITHUB_WORKFLOW'] ?? '',
    run.length === 0 ? '' : `run ${run.join('.')}`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'Atlas snapshot action' : parts.join(' ')
}
