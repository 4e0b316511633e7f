import { expect, it } from '@jest/globals'
import { startAtlas } from '../../script/emulated-atlas.js'
import { snapshotsPath, toRequest } from '../support/emulator-client.js'

it('the server uses the host of the request in links', async () => {
  const { url, close } = await startAtlas({ authentication: 'none' })
  const target = snapshotsPath('demo')
  try {
    for (const base of [url, url.replace('127.0.0.1', 'localhost')]) {
      const response = await fetch(base + target, { headers: toRequest({ target }).headers })
      expect(await response.text()).toContain(`"${base}/api/atlas/v2/`)
    }
  } finally {
    await close()
  }
})
