import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { takeSnapshot } from '../support/bundle.js'
import { describeWith } from '../support/programs.js'
import { user } from '../support/proxies.js'
import {
  type Backend,
  type DigestServer,
  type LighttpdAlgorithm,
  startBackend,
  startLighttpd,
} from '../support/web-servers.js'

const cases: readonly { offered: readonly LighttpdAlgorithm[]; chosen: LighttpdAlgorithm }[] = [
  { offered: ['MD5'], chosen: 'MD5' },
  { offered: ['SHA-256'], chosen: 'SHA-256' },
  { offered: ['MD5', 'SHA-256'], chosen: 'SHA-256' },
]

describeWith('lighttpd', 'the bundle against lighttpd mod_auth', () => {
  let backend: Backend
  let lighttpd: DigestServer | undefined

  beforeEach(async () => {
    backend = await startBackend()
  })

  afterEach(async () => {
    await lighttpd?.stop()
    await backend.close()
  })

  for (const { offered, chosen } of cases) {
    it(`uses ${chosen} for the whole wait if the server offers ${offered.join(' and ')}`, async () => {
      lighttpd = await startLighttpd({ backendPort: backend.port, algorithms: offered })
      const result = await takeSnapshot(lighttpd.url, user)
      await lighttpd.stop()

      expect({ exitCode: result.exitCode, log: result.annotations }).toMatchObject({ exitCode: 0 })
      expect(result.outputs).toMatchObject({ status: 'completed', created: 'true' })
      const [refused, ...authorized] = lighttpd.log()
      expect(refused).toMatchObject({ method: 'POST', status: 401, authorization: '' })
      for (const algorithm of offered) expect(refused?.challenge).toContain(`algorithm=${algorithm}`)
      expect(authorized.length).toBeGreaterThan(5)
      for (const { status, authorization } of authorized) {
        expect(status).toBe(200)
        expect(authorization).toMatch(new RegExp(`algorithm=${chosen}[,\\s]|algorithm=${chosen}$`))
      }
    })
  }
})
