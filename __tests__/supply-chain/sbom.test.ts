import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { createSbom, type Sbom } from '../../script/sbom.js'

const licenses = readFileSync(join(projectRoot(), 'dist', 'licenses.txt'), 'utf8')

describe('the bill of materials', () => {
  let sbom: Sbom

  beforeAll(() => {
    sbom = createSbom(projectRoot())
  })

  it('is a CycloneDX document about this action', () => {
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      version: 1,
      metadata: {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        component: { type: 'application', name: 'atlas-snapshot-action', version: versionOfProject() },
      },
    })
  })

  it('lists exactly the packages in dist/licenses.txt', () => {
    const listed = sbom.components.map(({ name, version }) => `${name} ${version}`)
    const licensed = Array.from(licenses.matchAll(/^(\S+ \d+\.\d+\.\d+)\n(?:\S+)\n\n/gm), ([, name]) => name)
    expect(listed.length).toBeGreaterThan(15)
    expect(listed.sort()).toEqual([...new Set(licensed)].sort())
  })

  it('contains the origin, license, and hash of each package', () => {
    for (const component of sbom.components) {
      expect(component).toMatchObject({
        type: 'library',
        purl: `pkg:npm/${String(component['name']).replace('@', '%40')}@${component['version']}`,
        licenses: [{ license: { id: expect.any(String) } }],
        hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
      })
    }
  })

  it('contains the dependencies of each package, all of which it lists', () => {
    const own = 'atlas-snapshot-action@'
    const refs = sbom.components.map((component) => component['bom-ref'])
    expect(new Set(refs).size).toBe(refs.length)
    const [first, ...others] = sbom.dependencies
    expect(first?.['ref']).toBe(`${own}${versionOfProject()}`)
    expect(others.map(({ ref }) => ref).sort()).toEqual([...refs].sort())
    expect(refs).toEqual(expect.arrayContaining(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn)))
  })

  it('does not list packages that this project replaces with a stub', () => {
    expect(JSON.stringify(sbom)).not.toMatch(/undici|-none/)
  })
})

function versionOfProject(): unknown {
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : ''
}
