import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import type { EmulatedAtlas } from '../../script/emulated-atlas.js'
import { type Authority, createAuthority } from '../support/authority.js'
import { life, startSnapshot } from '../support/bundle.js'
import { describeWith } from '../support/programs.js'
import { startTunnels, type Tunnels } from '../support/proxies.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const government = 'https://cloud.mongodbgov.com'

describeWith('openssl', 'a certificate of a private authority', () => {
  let authority: Authority
  let emulated: EmulatedAtlas
  let tunnels: Tunnels

  beforeEach(async () => {
    authority = createAuthority(['IP:127.0.0.1', `DNS:${new URL(government).hostname}`])
    emulated = await startSteppedAtlas(life, {
      tls: authority.identity,
      hostnames: [new URL(government).hostname],
    })
    tunnels = await startTunnels(Number(new URL(emulated.url).port))
  })

  afterEach(async () => {
    await tunnels.close()
    await emulated.close()
    authority.remove()
  })

  const proxy = () => ({ https_proxy: `http://127.0.0.1:${tunnels.port}` })
  const untrusted = {
    name: 'error',
    properties: { title: 'The certificate of Atlas cannot be trusted' },
    data: 'Taking a snapshot of cluster demo: unable to verify the first certificate. No snapshot was taken. Check base-url; behind a proxy that opens TLS, name the PEM file of its certificate authority in NODE_EXTRA_CA_CERTS (a file that cannot be read is a warning at the head of the log); verification is never turned off.',
  }

  it('fails the step at once where nobody said to trust it', async () => {
    const { annotations, exitCode, stderr } = await startSnapshot(emulated.url).result
    expect(annotations).toEqual([untrusted])
    expect(exitCode).toBe(1)
    expect(stderr).toBe('')
    expect(emulated.atlas.requests).toEqual([])
  })

  it('is trusted where NODE_EXTRA_CA_CERTS names the authority', async () => {
    const env = { NODE_EXTRA_CA_CERTS: authority.certFile }
    const { exitCode, outputs } = await startSnapshot(emulated.url, { env }).result
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ status: 'completed', created: 'true' })
  })

  it('is not trusted where NODE_EXTRA_CA_CERTS names a file that is missing, of which Node warns', async () => {
    rmSync(authority.certFile)
    const env = { NODE_EXTRA_CA_CERTS: authority.certFile }
    const { annotations, exitCode, stderr } = await startSnapshot(emulated.url, { env }).result
    expect(stderr).toContain(`Ignoring extra certs from \`${authority.certFile}\``)
    expect(annotations).toEqual([untrusted])
    expect(exitCode).toBe(1)
  })

  it('fails the step at once, too, where a proxy opens TLS with it', async () => {
    const { annotations, exitCode } = await startSnapshot(government, { env: proxy() }).result
    expect(annotations).toEqual([untrusted])
    expect(exitCode).toBe(1)
    expect(tunnels.targets).toEqual(['cloud.mongodbgov.com:443'])
    expect(emulated.atlas.requests).toEqual([])
  })

  it('is trusted behind a proxy as well, where Atlas for Government is asked: all links lead there', async () => {
    const env = { ...proxy(), NODE_EXTRA_CA_CERTS: authority.certFile }
    const { exitCode, outputs, log, summary } = await startSnapshot(government, { env }).result
    const page = `${government}/v2/${demo.groupId}#/clusters/backup/demo`
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ status: 'completed', url: page })
    expect(log).toContain(`See it in Atlas: ${page}`)
    expect(summary).toContain(`<a href="${page}">`)
    expect([...log, summary, JSON.stringify(outputs)].join('\n')).not.toContain('mongodb.com')
    expect(new Set(tunnels.targets)).toEqual(new Set(['cloud.mongodbgov.com:443']))
  })
})
