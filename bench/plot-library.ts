import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { JsonFields } from '../emulator/json-fields.js'
import { projectRoot } from '../script/root.js'

const VERSION = '6.1.0'

/** The part of Apache ECharts that draws an SVG without a browser. */
export interface PlotLibrary {
  init(dom: null, theme: null, options: { renderer: 'svg'; ssr: true; width: number; height: number }): Plot
}

export interface Plot {
  setOption(option: unknown): void
  renderToSVGString(): string
  dispose(): void
}

/**
 * Loads ECharts, and installs it first where it is missing. It is no dependency of the project, since only plots need
 * it. Throws an Error if npm fails.
 */
export function loadPlotLibrary(root = projectRoot()): PlotLibrary {
  const folder = join(root, '.cache', 'echarts')
  if (!isInstalled(folder)) {
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder]
    const { status, stderr, error } = spawnSync('npm', ['install', ...flags, `echarts@${VERSION}`], {
      cwd: root,
      encoding: 'utf8',
    })
    if (status !== 0 || !isInstalled(folder))
      throw new Error(`ECharts cannot be installed\n${stderr}`, { cause: error })
  }
  const library: unknown = createRequire(join(folder, 'index.js'))('echarts')
  if (!isPlotLibrary(library)) throw new TypeError('ECharts has no init')
  return library
}

function isInstalled(folder: string): boolean {
  const path = join(folder, 'node_modules', 'echarts', 'package.json')
  if (!existsSync(path)) return false
  return new JsonFields('package.json', JSON.parse(readFileSync(path, 'utf8'))).text('version') === VERSION
}

function isPlotLibrary(value: unknown): value is PlotLibrary {
  return typeof value === 'object' && value !== null && 'init' in value && typeof value.init === 'function'
}
