import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { needProgram } from '../find-program.js'

/** In CSS pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The HTML of a page after its scripts have run. Throws an Error if Chromium fails. */
export function dumpDom(page: string): Promise<string> {
  return inFolder(page, (url, folder) => chromium(folder, ['--window-size=1280,2000', '--dump-dom', url]))
}

/** A PNG of the upper left corner of a page, at two pixels per CSS pixel. Throws an Error if Chromium fails. */
export function takePicture(page: string, { width, height }: Size): Promise<Buffer> {
  return inFolder(page, async (url, folder) => {
    const file = join(folder, 'picture.png')
    await chromium(folder, [`--window-size=${width},${height}`, `--screenshot=${file}`, url])
    return readFileSync(file)
  })
}

/** Runs Chromium without network until the page's scripts have ended. `folder` is its home folder. */
function chromium(folder: string, args: readonly string[]): Promise<string> {
  const flags = [
    '--headless=new',
    // The sandbox doesn't work in many containers.
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--hide-scrollbars',
    // Heights must be measured at the scale of the pictures, because it affects rounding.
    '--force-device-scale-factor=2',
    '--no-first-run',
    '--lang=en-US',
    `--user-data-dir=${join(folder, 'profile')}`,
    '--disable-background-networking',
    '--host-resolver-rules=MAP * ~NOTFOUND',
    // Allows a file: page to import modules from file: URLs.
    '--allow-file-access-from-files',
    // Uses a virtual clock, which only advances while the page is idle, so slow machines don't time out.
    '--virtual-time-budget=60000',
    // Otherwise, Chromium might take a picture before everything is painted.
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
    // Chromium's helper processes might still write files.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
