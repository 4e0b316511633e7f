import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { projectRoot } from '../../script/root.js'
import { play } from '../support/bundle.js'
import { inWords, mentioning } from '../support/played.js'
import { completed } from '../support/rows/row.js'

describe('a step whose snapshot is completed', () => {
  it.concurrent('writes these lines, sets these outputs, and sends these requests', async () => {
    // The first poll is 0.2 s after the POST.
    const { result, requests, exitCode } = await play({
      atlas: { secondsToInProgress: 0.1, secondsToCompleted: 0.2 },
    })
    const target = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo/backup/snapshots`
    const backupPage = `http://atlas/v2/${demo.groupId}#/clusters/backup/demo`
    expect(result.lines.map(inWords)).toStrictEqual([
      `::add-mask::${demo.privateKey}`,
      mentioning('demo', demo.groupId, '[as-TAG]'),
      mentioning('http://atlas', demo.publicKey, '1 h'),
      expect.stringMatching(`^::debug::POST ${target} 401 \\d+ ms$`),
      expect.stringMatching(`^::debug::POST ${target} 200 \\d+ ms$`),
      mentioning('ID', 'queued', '[as-TAG] octo-org/shop@7b1c9f0 Deploy run 19650281743.1', '7 days'),
      expect.stringMatching(`^::debug::GET ${target}/ID 200 \\d+ ms$`),
      mentioning('::notice title=', 'ID', 'completed', 'INSTANT', '1.47 GiB'),
      mentioning(backupPage),
    ])
    const { 'snapshot-id': id = '', 'created-at': createdAt = '' } = result.outputs
    expect(result.annotations.map(({ data }) => data)).toStrictEqual([mentioning(id, createdAt)])
    const outputs = Object.entries(result.outputs).map(([name, value]) => [name, inWords(value)])
    expect(Object.fromEntries(outputs)).toMatchObject({
      ...completed,
      'snapshot-id': 'ID',
      type: 'replicaSet',
      'snapshot-ids': '["ID"]',
      description: '[as-TAG] octo-org/shop@7b1c9f0 Deploy run 19650281743.1',
      'created-at': 'INSTANT',
      'expires-at': 'INSTANT',
      'storage-size-bytes': '1582854144',
      'duration-seconds': expect.stringMatching(/^\d+$/),
      url: backupPage,
      snapshot: expect.stringMatching(/^\{.*"id":"ID",.*"status":"completed",.*\}$/),
    })
    expect({ requests, exitCode }).toStrictEqual({
      requests: ['create 401', 'create 200', 'get 200'],
      exitCode: 0,
    })
  })
})

/** In this order. Other lines can be between them. */
const shown = [
  /^── Scenario take, .* http:\/\/127\.0\.0\.1:\d+$/,
  /^ {2}private-key {2,}\*{3}$/,
  /^ {2}snapshot-id {2,}[0-9a-f]{24}$/,
  /^ {2}status {2,}completed$/,
  /^✅ .*demo/,
  /^Exit code 0 /,
  /^ {2}create: 200$/,
  /^ {2}get: 200/,
  /^ {2}✓ .*: 1$/,
]

it.concurrent('npm run demo shows inputs, log, outputs, summary, requests, and checks of a step', async () => {
  const program = join(projectRoot(), 'build', 'script', 'demo.js')
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program])
  expect(stdout).toMatch(new RegExp(shown.map(({ source }) => source).join('[\\s\\S]*'), 'm'))
  expect(stdout).not.toContain('✗')
  expect(stdout + stderr).not.toContain(demo.privateKey)
})
