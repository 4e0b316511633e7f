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

  it('lists the packages whose licences lie beside the bundle, and no others', () => {
    const listed = sbom.components.map(({ name, version }) => `${name} ${version}`)
    const licensed = Array.from(licenses.matchAll(/^(\S+ \d+\.\d+\.\d+)\n(?:\S+)\n\n/gm), ([, name]) => name)
    expect(listed.length).toBeGreaterThan(15)
    expect(listed.sort()).toEqual([...new Set(licensed)].sort())
  })

  it('says of each where it comes from, under which licence, and what its archive has to hash to', () => {
    for (const component of sbom.components) {
      expect(component).toMatchObject({
        type: 'library',
        purl: `pkg:npm/${String(component['name']).replace('@', '%40')}@${component['version']}`,
        licenses: [{ license: { id: expect.any(String) } }],
        hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
      })
    }
  })

  it('says of each what it depends on, and names nothing that it does not list', () => {
    const own = 'atlas-snapshot-action@'
    const refs = sbom.components.map((component) => component['bom-ref'])
    expect(new Set(refs).size).toBe(refs.length)
    const [first, ...others] = sbom.dependencies
    expect(first?.['ref']).toBe(`${own}${versionOfProject()}`)
    expect(others.map(({ ref }) => ref).sort()).toEqual([...refs].sort())
    expect(refs).toEqual(expect.arrayContaining(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn)))
  })

  it('does not speak of those in whose place this project has a stand-in', () => {
    expect(JSON.stringify(sbom)).not.toMatch(/undici|-none/)
  })
})

function versionOfProject(): unknown {
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : ''
}
