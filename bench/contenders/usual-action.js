// The same job, written as most actions are: a challenge for each request, a poll every 4 s, and no error handling. ncc
// bundles it as it bundles this action, but with the unmodified toolkit (bench/contenders.ts).
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import * as core from '@actions/core'
import { HttpClient } from '@actions/http-client'

const type = 'application/vnd.atlas.2023-01-01+json'
const md5 = (text) => createHash('md5').update(text).digest('hex')

async function run() {
  const client = new HttpClient('usual', [], { keepAlive: true })
  const [username, password] = [core.getInput('public-key'), core.getInput('private-key')]
  const path = `/api/atlas/v2/groups/${core.getInput('group-id')}/clusters/${core.getInput('cluster-name')}/backup/snapshots`
  core.setSecret(password)

  const send = async (method, uri, body) => {
    const url = core.getInput('base-url') + uri
    const headers = { accept: type, 'content-type': type }
    const challenged = await client.request(method, url, body, headers)
    await challenged.readBody()
    const field = (name) =>
      new RegExp(`${name}="([^"]*)"`).exec(challenged.message.headers['www-authenticate'])[1]
    const [realm, nonce, cnonce] = [field('realm'), field('nonce'), randomBytes(16).toString('hex')]
    const secret = md5(`${username}:${realm}:${password}`)
    const response = md5(`${secret}:${nonce}:00000001:${cnonce}:auth:${md5(`${method}:${uri}`)}`)
    const authorization = `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", qop=auth, nc=00000001, cnonce="${cnonce}", response="${response}", algorithm=MD5`
    const final = await client.request(method, url, body, { ...headers, authorization })
    const text = await final.readBody()
    if (final.message.statusCode !== 200) throw new Error(text)
    return JSON.parse(text)
  }

  const body = JSON.stringify({ description: 'usual', retentionInDays: 7 })
  const { id, status } = await send('POST', path, body)
  core.setOutput('snapshot-id', id)
  let last = status
  while (core.getBooleanInput('wait') && (last === 'queued' || last === 'inProgress')) {
    await sleep(4000)
    last = (await send('GET', `${path}/${id}`, null)).status
    core.info(last)
  }
  core.setOutput('status', last)
  if (last === 'failed') throw new Error('the snapshot failed')
  client.dispose()
}

run().catch((error) => core.setFailed(error.message))
