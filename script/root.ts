import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project folder. */
export function projectRoot(): string {
  const folder = dirname(dirname(fileURLToPath(import.meta.url)))
  // The compiled file is in build/script/.
  return existsSync(join(folder, 'action.yml')) ? folder : dirname(folder)
}

/** True if the module with this `import.meta.url` is the main program. */
export function isMain(moduleUrl: string): boolean {
  const program = process.argv[1]
  return program !== undefined && realpathSync(program) === fileURLToPath(moduleUrl)
}
