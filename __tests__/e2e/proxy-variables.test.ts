import { networkInterfaces } from 'node:os'
import { describe, expect, it } from '@jest/globals'
import { startAtlas } from '../../script/emulated-atlas.js'
import { life, startSnapshot } from './action.js'
import { startTunnels } from './proxies.js'
import { play } from './scenario.js'

const unusable =
  'has to be the URL of an HTTP proxy, such as http://proxy.example:3128, with user and password percent-encoded; a proxy that is itself reached by TLS, or at a literal IPv6 address, is not supported. Its value is not shown, since it may hold a password.'

describe('a proxy variable that the toolkit would pass over', () => {
  it.each([
    'ci:5ec2e7@proxy.example:3128',
    'socks5://ci:5ec2e7@proxy.example:1080',
    'http://ci:5ec2e7%@proxy.example',
  ])(
    'is reported together with bad inputs, before any request is sent, without its value: %s',
    async (value) => {
      const found = await play({
        inputs: { wait: 'yes', 'base-url': 'https://cloud.mongodb.com' },
        env: { https_proxy: value },
      })
      expect(found.errors).toEqual([
        'Bad input: wait | wait is "yes", but has to be true or false.',
        `Bad input: https_proxy | https_proxy ${unusable}`,
      ])
      expect(found.log).toEqual([])
      expect(found.exitCode).toBe(1)
      const { stdout, stderr, summary } = found.result
      expect(stdout).toMatch(/^::add-mask::5ec2e7(%25)?$/m)
      const shown = stdout.replaceAll(/^::add-mask::.*$/gm, '')
      expect([shown, stderr, summary].join('\n')).not.toContain('5ec2e7')
    },
    60_000,
  )

  it('does not matter where Atlas is asked without a proxy', async () => {
    const found = await play({ env: { https_proxy: 'proxy.example:3128', http_proxy: 'proxy.example:3128' } })
    expect(found.errors).toEqual([])
    expect(found.exitCode).toBe(0)
  }, 60_000)
})

describe('a loopback address in base-url', () => {
  const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  )

  it.each(['127.0.0.1', ...(hasIPv6 ? ['::1'] : [])])(
    'is asked without a proxy, whatever the variables say: %s',
    async (host) => {
      const emulated = await startAtlas(life, { host })
      const proxy = await startTunnels(Number(new URL(emulated.url).port))
      const there = `http://127.0.0.1:${proxy.port}`
      const env = { http_proxy: there, HTTP_PROXY: there, https_proxy: there, HTTPS_PROXY: there }
      const { exitCode, outputs } = await startSnapshot(emulated.url, { env }).result
      await proxy.close()
      await emulated.close()
      expect(exitCode).toBe(0)
      expect(outputs).toMatchObject({ status: 'completed', created: 'true' })
      expect(outputs['url']).toMatch(new RegExp(`^${emulated.url.replaceAll(/[[\].]/g, '\\$&')}/v2/`))
      expect(proxy.connections()).toBe(0)
    },
    60_000,
  )
})
