import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { readRecordings } from '../support/recordings.js'

const read = (path: string) => readFileSync(join(projectRoot(), path), 'utf8')
const english = new Intl.NumberFormat('en')
const sum = (name: string) =>
  english.format(readRecordings(name).reduce((total, { count }) => total + Number(count), 0))

const snapshots = readRecordings('snapshots')
const seconds = snapshots
  .map(({ startedAt, completedAt }) => Number(completedAt) - Number(startedAt))
  .sort((a, b) => a - b)
const [fastest = 0, median = 0, slowest = 0] = [0, (snapshots.length - 1) / 2, -1].map((place) =>
  seconds.at(place),
)
const restorePoints = snapshots.map(({ createdAt }) => Number(createdAt))
const [, sizes] = /of (\S+ to \S+ GB)/.exec(read('__tests__/fixtures/atlas/recorded-snapshots.csv')) ?? []
const n = snapshots.length
const minutes = (time: number) => Math.ceil(time / 60)

it.each([
  [
    'docs/reliability.md',
    `${n} snapshots of replica sets of ${sizes}, ${sum('challenges')} digest challenges, ${sum('rejections')} rejected requests`,
  ],
  [
    'README.md',
    `Of ${n} recorded snapshots of small clusters, half took under ${minutes(median)} minutes, and the longest took ${minutes(slowest)}`,
  ],
  [
    'docs/recipes.md',
    `${Math.min(...restorePoints)} to ${Math.max(...restorePoints)} seconds after the request in ${n} recorded snapshots`,
  ],
  ['src/snapshot/polling.ts', `none of ${n} recorded ones was completed before ${fastest} s`],
])('%s has figures of the recordings: %s', (path, figures) => {
  expect(read(path)).toContain(figures)
})
