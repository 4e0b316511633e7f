import { cp } from 'node:fs/promises'
import { relative } from 'node:path'
import { projectRoot } from '../../script/root.js'

/** What the project makes itself, and its history. */
const MADE = ['.git', '.cache', 'build', 'release']
/** Packages that only tests and lint need. */
const UNNEEDED = /^node_modules[\\/](@?jest|@babel|@biomejs|@sinclair|@swc|@unrs|caniuse-lite|fast-check)/

/** Copies the working tree, with the packages that building the action takes, into a folder that need not exist. */
export async function copyProject(folder: string): Promise<void> {
  const root = projectRoot()
  await cp(root, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => {
      const path = relative(root, source)
      return !MADE.includes(path) && !UNNEEDED.test(path)
    },
  })
}
