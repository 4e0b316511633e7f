import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The project folder. */
export function projectRoot(): string {
  const folder = dirname(import.meta.dirname)
  // The compiled file is in build/script/.
  return existsSync(join(folder, 'action.yml')) ? folder : dirname(folder)
}

/** True if the module with this `import.meta.filename` is the main program. */
export function isMain(filename: string): boolean {
  const program = process.argv[1]
  return program !== undefined && realpathSync(program) === filename
}
