import type { Run } from '../run-step.js'

/** The tag of the step, which it logs before the first request. Empty if the step creates no snapshot. */
export function ownTag({ lines }: Pick<Run, 'lines'>): string {
  for (const line of lines) {
    const [tag] = /\[as-[0-9a-f]{8}\]/.exec(line) ?? []
    if (tag !== undefined) return tag
  }
  return ''
}
