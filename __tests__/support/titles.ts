import { REMEDIES } from '../../src/atlas/remedies.js'
import { TITLES } from '../../src/titles.js'

/** The title of every error. */
export const allTitles: readonly string[] = [
  ...Object.values(TITLES),
  ...Object.values(REMEDIES).map(({ title }) => title),
]
