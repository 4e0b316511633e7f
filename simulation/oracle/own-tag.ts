import type { Run } from '../run-step.js'

/** The tag of the step, which it logs before the first request. Empty if the step creates no snapshot. */
export function ownTag({ lines }: Pick<Run, 'lines'>): string {
  return /\[as-[0-9a-f]{8}\]/.exec(lines.join('\n'))?.[0] ?? ''
}
