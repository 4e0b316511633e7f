/**
 * The only advice about deployments, for every failure of a step that guards one, except invalid inputs. A re-run could deploy an
 * older commit, or half of a migration for the second time.
 */
export function adviseOnDeployment(remedy: string): string {
  return `Do not deploy yet. ${remedy} Re-run all jobs only if no attempt of this run started to deploy, no earlier deployment is half-done, and there is no newer run.`
}
