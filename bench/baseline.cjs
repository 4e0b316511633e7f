// The baseline reads the same inputs and sends the same two requests with digest authentication, using only Node's own
// modules. It has no checks, retries, outputs or wait.
const https = require('node:https')
const { createHash, randomBytes } = require('node:crypto')

const input = (name) => process.env[`INPUT_${name}`]
const publicKey = input('PUBLIC-KEY')
const path = `/api/atlas/v2/groups/${input('GROUP-ID')}/clusters/${input('CLUSTER-NAME')}/backup/snapshots`
const type = 'application/vnd.atlas.2023-01-01+json'
const body = JSON.stringify({ description: 'baseline', retentionInDays: 7 })
const agent = new https.Agent({ keepAlive: true })
const md5 = (text) => createHash('md5').update(text).digest('hex')

function post(authorization, done) {
  const headers = { accept: type, 'content-type': type, ...authorization }
  const request = https.request(input('BASE-URL') + path, { method: 'POST', agent, headers }, (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk) => {
      text += chunk
    })
    response.on('end', () => done(response, text))
  })
  request.end(body)
}

post({}, ({ headers }) => {
  const challenge = headers['www-authenticate']
  const field = (name) => new RegExp(`${name}="([^"]*)"`).exec(challenge)[1]
  const [realm, nonce, cnonce] = [field('realm'), field('nonce'), randomBytes(16).toString('hex')]
  const secret = md5(`${publicKey}:${realm}:${input('PRIVATE-KEY')}`)
  const response = md5(`${secret}:${nonce}:00000001:${cnonce}:auth:${md5(`POST:${path}`)}`)
  const authorization = `Digest username="${publicKey}", realm="${realm}", nonce="${nonce}", uri="${path}", qop=auth, nc=00000001, cnonce="${cnonce}", response="${response}", algorithm=MD5`
  post({ authorization }, ({ statusCode }, text) => {
    if (statusCode !== 200) throw new Error(text)
    process.stdout.write(`${JSON.parse(text).id}\n`)
    agent.destroy()
  })
})
