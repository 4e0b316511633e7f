import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type InputProblem, InputReader } from '../../src/action/input-reader.js'
import { appendToFile, checkOutputFile, readTextFile } from '../../src/action/runner-files.js'
import { catchProblems, problemWith } from '../support/assertions.js'
import { joinRealms } from '../support/patch-instanceof.js'

joinRealms()

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-files-'))
  file = join(folder, 'file')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Anything but a regular file. Opening one of these FIFOs would block forever. */
const others: readonly (readonly [string, () => void])[] = [
  ['a folder', () => mkdirSync(file)],
  ...(process.platform === 'win32'
    ? []
    : ([
        ['a FIFO', () => execFileSync('mkfifo', [file])],
        ['a link to a FIFO', () => linkTo((path) => execFileSync('mkfifo', [path]))],
        ['a device', () => symlinkSync('/dev/null', file)],
      ] as const)),
]

function linkTo(make: (path: string) => void): void {
  make(join(folder, 'target'))
  symlinkSync(join(folder, 'target'), file)
}

function problems(path: string | undefined): readonly InputProblem[] {
  const reader = new InputReader(() => '')
  checkOutputFile({ GITHUB_OUTPUT: path }, reader)
  return catchProblems(() => reader.accept({}))
}

describe('the output file', () => {
  it('can be a file or a link to a file, and is not changed', () => {
    writeFileSync(file, 'a=b\n')
    expect(problems(file)).toStrictEqual([])
    rmSync(file)
    linkTo((path) => writeFileSync(path, 'a=b\n'))
    expect(problems(file)).toStrictEqual([])
    expect(readFileSync(file, 'utf8')).toBe('a=b\n')
  })

  it.each(['', undefined])('can be missing: %p', (path) => {
    expect(problems(path)).toStrictEqual([])
  })

  it.each(others)('cannot be %s', (_, make) => {
    make()
    expect(problems(file)).toStrictEqual([problemWith('GITHUB_OUTPUT', file)])
  })

  it('must exist', () => {
    expect(problems(file)).toStrictEqual([problemWith('GITHUB_OUTPUT', 'ENOENT', file)])
  })

  const onLinux = process.platform === 'linux' ? it : it.skip
  onLinux('must be writable', () => {
    // Even the superuser can't write this file, unlike a file without permissions.
    const readOnly = '/sys/devices/system/cpu/online'
    expect(problems(readOnly)).toStrictEqual([problemWith('GITHUB_OUTPUT', 'EACCES', readOnly)])
  })
})

describe('a runner file', () => {
  it('is created if it is missing, and then appended to', () => {
    appendToFile(file, 'one\n')
    appendToFile(file, 'two\n')
    expect(readTextFile(file)).toBe('one\ntwo\n')
  })

  it.each(others)('is not written or read if it is %s', (_, make) => {
    make()
    expect(() => appendToFile(file, 'text')).toThrow(file)
    expect(() => readTextFile(file)).toThrow(file)
  })

  it('is not read if it is missing', () => {
    expect(() => readTextFile(file)).toThrow('ENOENT')
  })
})
