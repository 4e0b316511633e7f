import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { inWords, play } from './scenario.js'

describe('a step whose snapshot is completed', () => {
  it('says this and nothing else, in this order, and sends these requests', async () => {
    const { result, requests, exitCode } = await play({ inputs: { 'poll-interval-seconds': '1.5' } })
    const said = result.lines.map((line) =>
      inWords(line)
        .replace(/\b\d+ ms$/, 'TIME ms')
        .replace(/after \d+(\.\d+)? s/, 'after TIME s'),
    )
    const target = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo/backup/snapshots`
    expect(said).toEqual([
      `::add-mask::${demo.privateKey}`,
      `Take a snapshot of cluster demo in project ${demo.groupId}, tagged [as-TAG], and wait until it is completed.`,
      'Asking http://atlas as API key demouser, for at most 1 h.',
      `::debug::POST ${target} 401 TIME ms`,
      `::debug::POST ${target} 200 TIME ms`,
      'Snapshot ID is queued: octo-org/shop@7b1c9f0 Deploy run 19650281743.1 [as-TAG], to be kept for 7 days.',
      `::debug::GET ${target}/ID 200 TIME ms`,
      '::notice title=Atlas snapshot::Snapshot ID is completed, after TIME s, restore point INSTANT, 1.47 GiB, kept until INSTANT',
      `See it in Atlas: http://atlas/v2/${demo.groupId}#/clusters/backup/demo`,
    ])
    const handedOn = Object.entries(result.outputs).map(([name, value]) => `${name} ${inWords(value)}`)
    expect(handedOn).toEqual([
      'snapshot-id ID',
      'status completed',
      'created true',
      'type replicaSet',
      'snapshot-ids ["ID"]',
      'description octo-org/shop@7b1c9f0 Deploy run 19650281743.1 [as-TAG]',
      'created-at INSTANT',
      'expires-at INSTANT',
      'storage-size-bytes 1582854144',
      expect.stringMatching(/^duration-seconds \d+$/),
      `url http://atlas/v2/${demo.groupId}#/clusters/backup/demo`,
      expect.stringMatching(/^snapshot \{.*"id":"ID",.*"status":"completed",.*\}$/),
    ])
    expect({ requests, exitCode }).toEqual({ requests: ['create 401', 'create 200', 'get 200'], exitCode: 0 })
  })
})
