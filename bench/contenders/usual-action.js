// The same job as an action on the toolkit is usually written: a challenge for each request, a poll every 4 s, and no
// error handling. ncc bundles it like this action, but with the toolkit as it comes (bench/contenders.ts).
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
    const refused = await client.request(method, url, body, headers)
    await refused.readBody()
    const field = (name) =>
      new RegExp(`${name}="([^"]*)"`).exec(refused.message.headers['www-authenticate'])[1]
    const [realm, nonce, cnonce] = [field('realm'), field('nonce'), randomBytes(16).toString('hex')]
    const secret = md5(`${username}:${realm}:${password}`)
    const response = md5(`${secret}:${nonce}:00000001:${cnonce}:auth:${md5(`${method}:${uri}`)}`)
    const authorization = `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", qop=auth, nc=00000001, cnonce="${cnonce}", response="${response}", algorithm=MD5`
    const answer = await client.request(method, url, body, { ...headers, authorization })
    const text = await answer.readBody()
    if (answer.message.statusCode !== 200) throw new Error(text)
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
