import { expect, it } from '@jest/globals'
import { isoSeconds } from '../../emulator/snapshot-resource.js'
import { EPOCH, type World } from '../../simulation/world.js'
import { asObjects } from '../../src/json.js'
import { createOpenWorld, creating, type Json, sendJson, snapshotsPath } from '../support/emulator-client.js'
import { readRecordings } from '../support/recordings.js'

type RecordedSnapshot = ReturnType<typeof readRecordedSnapshot>

const RETENTION_S = 86_400
const at = (second: number) => isoSeconds(EPOCH + second * 1000)

/** A row of recorded-snapshots.csv, which explains columns and letters. */
function readRecordedSnapshot(row: Readonly<Record<string, string>>) {
  const { startedAt, createdAt, completedAt, responses = '' } = row
  return {
    row,
    startedAt: Number(startedAt),
    createdAt: Number(createdAt),
    completedAt: Number(completedAt),
    responses: Array.from(responses.matchAll(/(\d+)([qpdescl])/g), ([, second, letter = '']) => {
      return { second: Number(second), letter }
    }),
  }
}

/** What a recorded response contained. */
function toFacts(letter: string, { startedAt, createdAt, completedAt }: RecordedSnapshot) {
  const isCompleted = letter === 'c' || letter === 'l'
  return {
    status: letter === 'q' ? 'queued' : isCompleted ? 'completed' : 'inProgress',
    cloudProvider: !'qp'.includes(letter),
    createdAt: 'qpd'.includes(letter) ? undefined : at(createdAt),
    expiresAt: at((isCompleted ? completedAt : startedAt) + RETENTION_S),
    hasSize: !'qpde'.includes(letter),
  }
}

function readFacts(body: Json): ReturnType<typeof toFacts> {
  return {
    status: String(body['status']),
    cloudProvider: 'cloudProvider' in body,
    createdAt: 'createdAt' in body ? String(body['createdAt']) : undefined,
    expiresAt: String(body['expiresAt']),
    hasSize: body['storageSizeBytes'] !== 0,
  }
}

/** An emulator whose next snapshot has a recorded life. */
function createRecordedWorld({ startedAt, createdAt, completedAt, responses }: RecordedSnapshot): World {
  const last = (letters: string) => responses.findLast(({ letter }) => letters.includes(letter))?.second
  // A response of the second in which the copy ended can still say inProgress.
  const leadSeconds = last('es') === completedAt ? 1 : 0
  const secondsToCompleted = completedAt + leadSeconds - startedAt
  return createOpenWorld({
    secondsToInProgress: Math.max(last('q') ?? 0, startedAt) + 0.5 - startedAt,
    secondsToCompleted,
    diskSnapshotShare: (createdAt - startedAt) / secondsToCompleted,
    createdAtLeadSeconds: leadSeconds,
    sizeLeadSeconds: last('s') === undefined ? 0 : leadSeconds,
  })
}

const snapshots = readRecordings('snapshots').map(readRecordedSnapshot)

it('the life of a snapshot shows what Atlas showed at each recorded second', async () => {
  expect(snapshots).toHaveLength(329)
  for (const snapshot of snapshots) {
    const { atlas, clock } = createRecordedWorld(snapshot)
    // If the POST crossed a second, Atlas counted from the one after its response.
    await clock.advance(snapshot.startedAt * 1000)
    const created = sendJson(atlas, creating).body
    const played = [readFacts(created)]
    for (const { second, letter } of snapshot.responses) {
      await clock.advance(second * 1000 - clock.now())
      const list = snapshotsPath('demo')
      const { body } = sendJson(atlas, { target: letter === 'l' ? list : `${list}/${created['id']}` })
      const [entry = body] = asObjects(body['results'])
      played.push(readFacts(entry))
    }
    const recorded = snapshot.responses.map(({ letter }) => toFacts(letter, snapshot))
    expect([snapshot.row, ...played]).toStrictEqual([snapshot.row, toFacts('q', snapshot), ...recorded])
  }
})
