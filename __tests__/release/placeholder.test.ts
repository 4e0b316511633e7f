import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { findPlaceholders } from '../../script/placeholder.js'
import { projectRoot } from '../../script/root.js'

/** Two parts, so replacing the placeholder everywhere does not change this file. */
const name = ['OWNER', 'REPO'].join('/')

describe('the placeholder for the name of this repository', () => {
  it.each([
    `        uses: ${name}@v1`,
    `      - uses: ${name}@0123456789abcdef0123456789abcdef01234567 # v1.0.0`,
    `      - uses: ${name}@SHA # v1.0.0`,
    `[Troubleshooting](https://github.com/${name}/blob/main/docs/troubleshooting.md)`,
    `gh attestation verify dist/index.js --repo ${name}`,
    `\`${name}\` stands for this repository.`,
  ])('is found in: %s', (line) => {
    expect(findPlaceholders(`One\n${line}\nThree\n`)).toEqual([2])
  })

  it.each([
    'By default, `ORG/REPOSITORY@SHA WORKFLOW run RUN_ID.ATTEMPT`.',
    `    uses: ${name}SITORY@v1`,
    '        uses: octo-org/atlas-snapshot@v1',
  ])('is not found in: %s', (line) => {
    expect(findPlaceholders(line)).toEqual([])
  })

  it('is found on each line that contains it', () => {
    expect(findPlaceholders(`${name}\nTwo\n${name}, ${name}`)).toEqual([1, 3])
  })

  it('is not found in the default description in action.yml', () => {
    const lines = readFileSync(join(projectRoot(), 'action.yml'), 'utf8').split('\n')
    const described = lines.filter((line) => line.includes('WORKFLOW run RUN_ID.ATTEMPT'))
    expect(described).toHaveLength(1)
    expect(findPlaceholders(described.join('\n'))).toEqual([])
  })
})
