import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Path of an installed program, in PATH or in the folders of Debian's servers. */
export function findProgram(name: string): string | undefined {
  const { PATH = '' } = process.env
  const folders = [...PATH.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return folders.map((folder) => join(folder, `${name}${suffix}`)).find((path) => existsSync(path))
}

/** Those of these programs that are not installed. */
export function listMissing(names: readonly string[]): string {
  return names.filter((name) => findProgram(name) === undefined).join(', ')
}
