import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder: the nearest one above this file that holds action.yml (the file may be compiled). */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'action.yml'))) {
    const above = dirname(folder)
    if (above === folder) throw new Error('no folder above this file holds action.yml')
    folder = above
  }
  return folder
}

/** Whether the module with this `import.meta.url` is the program that Node was asked to run. */
export function isMain(moduleUrl: string): boolean {
  const program = process.argv[1]
  return program !== undefined && realpathSync(program) === fileURLToPath(moduleUrl)
}
