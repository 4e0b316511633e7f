import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '../script/programs.js'
import { projectRoot } from '../script/root.js'
import { buildNaive } from './naive.js'

/** A program that does the job, or part of it. */
export interface Contender {
  readonly name: ContenderName
  /** Program and arguments, to be run with this Node. */
  readonly command: (node: string) => readonly string[]
  /** Whether it is another's program, which may not get along with the emulator, and is then left out. */
  readonly isGuest?: boolean
}

/** As they are called in tables. */
export type ContenderName =
  | 'node -e 0'
  | 'floor'
  | 'floor, ES module'
  | 'this action'
  | 'naive action'
  | 'curl and jq'
  | 'atlas CLI'

/**
 * All that can be run here, in `folder`, where the ES module of the floor is put. Throws an Error where something that
 * they need cannot be installed.
 */
export function contenders(folder: string): readonly Contender[] {
  const floor = join(projectRoot(), 'bench', 'contenders', 'floor.cjs')
  const module = join(folder, 'floor.mjs')
  writeFileSync(module, asModule(readFileSync(floor, 'utf8')))
  const naive = buildNaive()
  const scripts = [
    { name: 'curl and jq', file: 'curl.sh', needs: ['curl', 'jq'] },
    { name: 'atlas CLI', file: 'atlas.sh', needs: ['atlas', 'jq'], isGuest: true },
  ] as const
  return [
    { name: 'node -e 0', command: (node) => [node, '-e', '0'] },
    { name: 'floor', command: (node) => [node, floor] },
    { name: 'floor, ES module', command: (node) => [node, module] },
    { name: 'this action', command: (node) => [node, join(projectRoot(), 'dist', 'index.js')] },
    { name: 'naive action', command: (node) => [node, naive] },
    ...scripts
      .filter(({ needs }) => needs.every((program) => findProgram(program) !== undefined))
      .map(({ file, ...script }) => ({
        ...script,
        command: () => ['bash', join(projectRoot(), 'bench', 'contenders', file)],
      })),
  ]
}

/** The same program with `import` in the place of `require`. */
function asModule(text: string): string {
  return text.replace(/^const (.+) = require\((.+)\)$/gm, 'import $1 from $2')
}
