import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { needProgram } from '../find-program.js'

/** Pixels of CSS. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** What a page has become once its scripts are done, as HTML. Throws an Error if Chromium fails. */
export function dumpDom(page: string): Promise<string> {
  return inFolder(page, (url, folder) => chromium(folder, ['--window-size=1280,2000', '--dump-dom', url]))
}

/** A PNG of the page's upper left corner, two pixels for each of CSS. Throws an Error if Chromium fails. */
export function takePicture(page: string, { width, height }: Size): Promise<Buffer> {
  return inFolder(page, async (url, folder) => {
    const file = join(folder, 'picture.png')
    await chromium(folder, [`--window-size=${width},${height}`, `--screenshot=${file}`, url])
    return readFileSync(file)
  })
}

/** Runs Chromium with its home in the folder and without network, to the end of the page's scripts. */
function chromium(folder: string, args: readonly string[]): Promise<string> {
  const flags = [
    '--headless=new',
    // Containers often lack what the sandbox is made of.
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--hide-scrollbars',
    // Heights are measured as they are painted, since fractions of a pixel are rounded by it.
    '--force-device-scale-factor=2',
    '--no-first-run',
    '--lang=en-US',
    `--user-data-dir=${join(folder, 'profile')}`,
    '--disable-background-networking',
    '--host-resolver-rules=MAP * ~NOTFOUND',
    // Else a page of files may not import modules from files.
    '--allow-file-access-from-files',
    // The page's own clock, which only runs while the page has nothing to do: no machine is too slow for it.
    '--virtual-time-budget=60000',
    // Else a picture may be taken before its lower end is painted.
    '--run-all-compositor-stages-before-draw',
  ]
  const { PATH } = process.env
  const env = { PATH, HOME: folder, TMPDIR: folder, TZ: 'UTC', LANG: 'C.UTF-8' }
  const options = { env, timeout: 60_000, maxBuffer: 64 * 2 ** 20 }
  return new Promise((resolve, reject) => {
    execFile(needProgram('chromium'), [...flags, ...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`Chromium failed\n${stderr}`, { cause: error }))
    })
  })
}

async function inFolder<T>(page: string, work: (url: string, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-chromium-'))
  try {
    const file = join(folder, 'page.html')
    writeFileSync(file, page)
    return await work(pathToFileURL(file).href, folder)
  } finally {
    // Chromium's helpers may still be writing.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
