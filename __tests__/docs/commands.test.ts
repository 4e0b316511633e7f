import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { documents } from '../support/documents.js'

it('the commands in the documentation exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'))
  const used = documents().flatMap(({ text }) =>
    Array.from(text.matchAll(/\bnpm (?:run |(?=test\b))([a-z:]+)/g), ([, name = '']) => name),
  )
  expect(used.length).toBeGreaterThan(10)
  expect(Object.keys(scripts)).toStrictEqual(expect.arrayContaining(used))
})
