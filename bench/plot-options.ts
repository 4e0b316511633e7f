import type { Results } from './results.js'
import type { ScheduleFigures } from './simulated/index.js'

/** Colours of a page, as CSS has them. */
export interface Theme {
  readonly text: string
  readonly lines: string
  /** One for each series. */
  readonly series: readonly string[]
}

/** A plot as ECharts takes it; pixels. */
export interface PlotOption {
  readonly width: number
  readonly height: number
  readonly option: unknown
}

const WIDTH = 860
/** What marks the action's own schedule among the candidates. */
const OURS = '(ours)'
/** Of the durations, from the shortest on. */
const SYMBOLS = ['circle', 'triangle', 'diamond'] as const
/** As many schedules as a plot has colours; the others are variations of these. */
const COMPARED = /^every|^times 1.5, 2 s to 30 s|\(ours\)|within 15 %/

/** How long a whole process takes, by contender and Node. */
export function startUpPlot({ startUp }: Results, theme: Theme): PlotOption {
  const names = (startUp[0]?.contenders ?? []).map(({ name }) => name).reverse()
  const shownAs = new Map([
    ['floor', 'floor: the two requests, bare'],
    ['curl and jq', 'curl and jq, without Node'],
  ])
  const series = startUp.map(({ node, contenders }) => ({
    name: `Node ${node.slice(1)}`,
    type: 'bar',
    barMaxWidth: 14,
    label: { show: true, position: 'right', color: theme.text, formatter: '{c}' },
    data: names.map((name) => Math.round(contenders.find((of) => of.name === name)?.ms.median ?? 0)),
  }))
  return {
    width: WIDTH,
    height: 90 + names.length * 44,
    option: {
      ...common(theme),
      xAxis: { type: 'value', ...axis(theme, 'ms, median of whole processes') },
      yAxis: { type: 'category', data: names.map((name) => shownAs.get(name) ?? name), ...axis(theme) },
      series,
    },
  }
}

/** What stays on the heap while a snapshot is looked at 100 times a second. */
export function heapPlot({ memory }: Results, theme: Theme): PlotOption {
  return {
    width: WIDTH,
    height: 320,
    option: {
      ...common(theme),
      xAxis: { type: 'value', max: 'dataMax', ...axis(theme, 'seconds') },
      yAxis: { type: 'value', min: 0, ...axis(theme, 'MB after a collection') },
      series: memory.map(({ node, longWait }) => ({
        name: `Node ${node.slice(1)}, ${longWait.polls.toLocaleString('en')} looks`,
        type: 'line',
        showSymbol: false,
        data: longWait.heap.map(({ seconds, bytes }) => [seconds.toFixed(1), (bytes / 1e6).toFixed(3)]),
      })),
    },
  }
}

/** Lag against requests over the spread of durations, a point for each schedule. */
export function schedulesPlot({ simulated: { schedules } }: Results, theme: Theme): PlotOption {
  const [others, ours] = theme.series
  const spread = schedules.filter((schedule) => schedule.spread)
  const points = spread.map((schedule) => {
    const { name, requests, meanLagMs } = schedule
    const hasNeighbour = spread.some((other) => isRightOf(schedule, other))
    return {
      name,
      value: [round(requests), round(meanLagMs / 1000)],
      itemStyle: { color: name.includes(OURS) ? ours : others },
      label: { position: hasNeighbour ? 'top' : 'right' },
    }
  })
  const label = { show: true, color: theme.text, formatter: '{b}' }
  return {
    width: WIDTH,
    height: 420,
    option: {
      ...common(theme),
      ...lagAgainstRequests(theme, { x: [15, 600], y: [1, 50] }),
      series: [
        { type: 'scatter', symbolSize: 10, label, labelLayout: { moveOverlap: 'shiftY' }, data: points },
      ],
    },
  }
}

/** Whether the other's point stands where the name of this one would. */
function isRightOf(one: ScheduleFigures, other: ScheduleFigures): boolean {
  const [along, up] = [other.requests / one.requests, other.meanLagMs / one.meanLagMs]
  return along > 1 && along < 2 && up > 0.9 && up < 1.1
}

/** The same for each duration by itself: a line for each of the schedules that differ most, a point for each duration. */
export function durationsPlot({ simulated: { schedules } }: Results, theme: Theme): PlotOption {
  const names = [...new Set(schedules.map(({ name }) => name))].filter((name) => COMPARED.test(name))
  return {
    width: WIDTH,
    height: 480,
    option: {
      ...common(theme),
      grid: { ...common(theme).grid, top: 64 },
      ...lagAgainstRequests(theme, { x: [8, 3000], y: [0.8, 30] }),
      series: names.map((name) => ({
        name,
        type: 'line',
        lineStyle: { width: name.includes(OURS) ? 4 : 2 },
        data: schedules
          .filter((schedule) => schedule.name === name && !schedule.spread)
          .sort((one, other) => one.durationS - other.durationS)
          .map(({ meanLagMs, requests }, index) => ({
            value: [round(requests), round(meanLagMs / 1000)],
            symbol: SYMBOLS[index],
            symbolSize: 11,
          })),
      })),
    },
  }
}

type Range = readonly [from: number, to: number]

function lagAgainstRequests(theme: Theme, { x, y }: { x: Range; y: Range }) {
  const log = ([min, max]: Range, name: string) => ({ type: 'log', min, max, ...axis(theme, name) })
  return { xAxis: log(x, 'requests, mean (logarithmic)'), yAxis: log(y, 'lag, mean, s (logarithmic)') }
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}

function common(theme: Theme) {
  return {
    animation: false,
    backgroundColor: 'transparent',
    color: theme.series,
    textStyle: { color: theme.text, fontFamily: 'sans-serif' },
    legend: { top: 0, textStyle: { color: theme.text } },
    grid: { left: 40, right: 48, top: 40, bottom: 40, containLabel: true },
  }
}

function axis(theme: Theme, name?: string) {
  return {
    ...(name === undefined
      ? {}
      : { name, nameLocation: 'middle', nameGap: 34, nameTextStyle: { color: theme.text } }),
    axisLabel: { color: theme.text },
    axisLine: { lineStyle: { color: theme.lines } },
    splitLine: { lineStyle: { color: theme.lines } },
  }
}
