import { readFileSync } from 'node:fs'
import { projectRoot } from '../../script/root.js'

const letters = ['q', 'p', 'd', 'e', 's', 'c', 'l'] as const
export type Letter = (typeof letters)[number]

/** A recorded snapshot, in seconds since the response to its POST. The file explains columns and letters. */
export interface RecordedSnapshot {
  readonly line: string
  readonly startedAt: number
  readonly createdAt: number
  readonly completedAt: number
  readonly responses: readonly { readonly second: number; readonly letter: Letter }[]
}

/** @throws TypeError if a line is not valid */
export function readRecordedSnapshots(): readonly RecordedSnapshot[] {
  const text = readFileSync(`${projectRoot()}/__tests__/fixtures/atlas/recorded-snapshots.csv`, 'utf8')
  return text
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => {
      const [startedAt, createdAt, completedAt, responses = ''] = line.split(',')
      return {
        line,
        startedAt: Number(startedAt),
        createdAt: Number(createdAt),
        completedAt: Number(completedAt),
        responses: responses.split(' ').map(parseResponse),
      }
    })
}

function parseResponse(text: string): RecordedSnapshot['responses'][number] {
  const letter = letters.find((each) => text.endsWith(each))
  if (letter === undefined) throw new TypeError(`not a response: ${text}`)
  return { second: Number.parseInt(text, 10), letter }
}
