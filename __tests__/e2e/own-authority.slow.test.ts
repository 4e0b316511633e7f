import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import type { EmulatedAtlas } from '../../script/emulated-atlas.js'
import { TITLES } from '../../src/titles.js'
import { type Authority, createAuthority } from '../support/authority.js'
import { life, startSnapshot } from '../support/bundle.js'
import { annotated, mentioning } from '../support/played.js'
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
  const untrusted = mentioning(
    TITLES.untrustedCertificate,
    ...['demo', 'unable to verify the first certificate', 'base-url', 'NODE_EXTRA_CA_CERTS'],
  )

  it('fails the step at once if the authority is not trusted', async () => {
    const result = await startSnapshot(emulated.url).result
    expect(annotated(result)).toEqual([untrusted])
    expect(result).toMatchObject({ exitCode: 1, stderr: '' })
    expect(emulated.atlas.requests).toEqual([])
  })

  it('is trusted if NODE_EXTRA_CA_CERTS names the authority', async () => {
    const env = { NODE_EXTRA_CA_CERTS: authority.certFile }
    const { exitCode, outputs } = await startSnapshot(emulated.url, { env }).result
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ status: 'completed', created: 'true' })
  })

  it('is not trusted if NODE_EXTRA_CA_CERTS names a missing file', async () => {
    rmSync(authority.certFile)
    const env = { NODE_EXTRA_CA_CERTS: authority.certFile }
    const result = await startSnapshot(emulated.url, { env }).result
    // Node's own warning.
    expect(result.stderr).toContain(`Ignoring extra certs from \`${authority.certFile}\``)
    expect(annotated(result)).toEqual([untrusted])
    expect(result.exitCode).toBe(1)
  })

  it('fails the step at once if a proxy inspects TLS with it', async () => {
    const result = await startSnapshot(government, { env: proxy() }).result
    expect(annotated(result)).toEqual([untrusted])
    expect(result.exitCode).toBe(1)
    expect(tunnels.targets).toEqual(['cloud.mongodbgov.com:443'])
    expect(emulated.atlas.requests).toEqual([])
  })

  it('is trusted behind a proxy for Atlas for Government, which all links point to', async () => {
    const env = { ...proxy(), NODE_EXTRA_CA_CERTS: authority.certFile }
    const { exitCode, outputs, log, summary } = await startSnapshot(government, { env }).result
    const page = `${government}/v2/${demo.groupId}#/clusters/backup/demo`
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ status: 'completed', url: page })
    expect(log).toContainEqual(mentioning(page))
    expect(summary).toContain(`<a href="${page}">`)
    expect([...log, summary, JSON.stringify(outputs)].join('\n')).not.toContain('mongodb.com')
    expect(new Set(tunnels.targets)).toEqual(new Set(['cloud.mongodbgov.com:443']))
  })
})
