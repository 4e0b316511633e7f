import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../script/root.js'
import { loadPlotLibrary } from './plot-library.js'
import { durationsPlot, heapPlot, schedulesPlot, startUpPlot, type Theme } from './plot-options.js'
import type { Results } from './results.js'

const FOLDER = join('docs', 'plots')

/** On a light page, and on a dark one: GitHub's own colours of text and lines. */
const THEMES: Readonly<Record<'light' | 'dark', Theme>> = {
  light: {
    text: '#1f2328',
    lines: '#d1d9e0',
    series: ['#0969da', '#bc4c00', '#1a7f37', '#8250df', '#bf3989', '#9a6700', '#57606a'],
  },
  dark: {
    text: '#f0f6fc',
    lines: '#3d444d',
    series: ['#58a6ff', '#f0883e', '#3fb950', '#bc8cff', '#f778ba', '#d29922', '#8b949e'],
  },
}

/** Draws every plot for both kinds of pages; the files, relative to the project's folder. */
export function drawPlots(results: Results, root = projectRoot()): readonly string[] {
  const library = loadPlotLibrary(root)
  const plots = {
    'start-up': startUpPlot,
    heap: heapPlot,
    schedules: schedulesPlot,
    durations: durationsPlot,
  }
  mkdirSync(join(root, FOLDER), { recursive: true })
  return Object.entries(plots).flatMap(([name, optionOf]) =>
    Object.entries(THEMES).map(([theme, colors]) => {
      const { width, height, option } = optionOf(results, colors)
      const plot = library.init(null, null, { renderer: 'svg', ssr: true, width, height })
      plot.setOption(option)
      const file = join(FOLDER, `${name}-${theme}.svg`)
      writeFileSync(join(root, file), `${plot.renderToSVGString()}\n`)
      plot.dispose()
      return file
    }),
  )
}
