import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Path of an installed program, in PATH or in the folders of Debian's servers. */
export function findProgram(name: string): string | undefined {
  const { PATH = '' } = process.env
  const folders = [...PATH.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return folders.map((folder) => join(folder, `${name}${suffix}`)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
