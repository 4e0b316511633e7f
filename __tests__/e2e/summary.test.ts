import { beforeAll, describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { missingForRendering, renderSummaries } from '../../script/render/render.js'
import type { Gantt, Rendered } from '../../script/render/rendered.js'
import { readSummary } from '../support/summary-page.js'
import { describeUnlessMissing } from './programs.js'
import { inWords, playAll } from './scenario.js'
import { ends } from './summary-ends.js'

const withTwins = ends.flatMap(({ name, scenario, harmless }) => [
  { name, scenario },
  ...(harmless === undefined ? [] : [{ name: findTwin(name), scenario: harmless }]),
])
const hostile = ends.filter(({ harmless }) => harmless !== undefined)
const command = `atlas backups restores start automated \\
  --projectId ${demo.groupId} \\
  --clusterName demo \\
  --snapshotId ID \\
  --targetProjectId ${demo.groupId} \\
  --targetClusterName demo`

describe('the summary of a step', () => {
  const played = playAll(withTwins)
  const runForSummary = async (name: string) => (await played(name)).result.summary

  it.each(ends)(
    '$name',
    async ({ name, headline, first, rows, chart, restores }) => {
      const { result, exitCode } = await played(name)
      expect(exitCode).toBe(headline.startsWith('❌') ? 1 : 0)
      expect(Buffer.byteLength(result.summary)).toBeLessThan(100_000)
      // One that holds anything that is not the summary's own, or two of them, cannot be read.
      const page = readSummary(result.summary)
      expect(page.headline).toBe(headline)
      expect(inWords(page.paragraphs[0] ?? '')).toEqual(first)
      expect(page.rows).toEqual(expect.objectContaining(rows))
      if (chart !== undefined) expect(parseNames(page.chart)).toEqual(chart)
      expect(page.command && inWords(page.command)).toBe(restores ? command : undefined)
      for (const url of page.links) expect(url).toMatch(/^https?:\/\//)
      if (name !== 'bad inputs')
        expect(page.links).toContainEqual(expect.stringContaining('/clusters/backup/demo'))
    },
    60_000,
  )

  it('leaves out the chart where nothing took time', async () => {
    for (const name of ['attached', 'reused', 'refused', 'dry run failed', 'bad inputs'])
      expect(readSummary(await runForSummary(name)).chart).toBeUndefined()
  }, 60_000)

  describeUnlessMissing(missingForRendering(), 'rendered as on GitHub', () => {
    let light: ReadonlyMap<string, Rendered>
    let errorsInDark: readonly string[]

    // All in one page, since it is the browser's start that takes time.
    beforeAll(async () => {
      const names = withTwins.map(({ name }) => name)
      const summaries = await Promise.all(names.map(runForSummary))
      const rendered = await renderSummaries(summaries)
      light = new Map(rendered.map((article, index) => [names[index] ?? '', article]))
      const dark = await renderSummaries(summaries, 'dark')
      errorsInDark = dark.flatMap(({ errors }, index) => errors.map((error) => `${names[index]}: ${error}`))
    }, 120_000)

    const found = (name: string): Rendered => {
      const article = light.get(name)
      if (article === undefined) throw new RangeError(`${name} was not rendered`)
      return article
    }

    it.each(ends)('$name: shows what it says, and nothing is taken out or illegible', async ({ name }) => {
      const page = readSummary(await runForSummary(name))
      const { text, tables, links, images, codeBlocks, gantts, errors } = found(name)
      expect(errors).toEqual([])
      expect(images).toEqual([])
      const lines = text.split('\n').map(spaced)
      expect(lines[0]).toBe(spaced(page.headline))
      for (const paragraph of page.paragraphs) expect(lines).toContain(spaced(paragraph))
      expect(tables.flatMap((table) => table.map((row) => row.map(spaced)))).toEqual(
        Object.entries(page.rows).map((row) => row.map(spaced)),
      )
      expect(links.map(({ href }) => href)).toEqual(page.links)
      expect(codeBlocks).toEqual(page.command === undefined ? [] : [{ language: 'sh', text: page.command }])
      expect(gantts.map(listNames)).toEqual(page.chart === undefined ? [] : [parseNames(page.chart)])
    })

    it.each(hostile)('$name: has the same shape with hostile words as with harmless ones', ({ name }) => {
      expect(found(name).outline).toBe(found(findTwin(name)).outline)
    })

    it('draws the restore point at the instant that the output says, between start and end', async () => {
      const { outputs } = (await played('completed')).result
      const [chart] = found('completed').gantts
      const [queued, inProgress, restorePoint, completed] = chart?.tasks.slice(1) ?? []
      expect(restorePoint?.start).toBe(outputs['created-at']?.replace('T', ' ').replace('Z', ''))
      expect(queued?.end).toBe(inProgress?.start)
      expect(inProgress?.end).toBe(completed?.start)
    })

    it('can be read on a dark page, too', () => {
      expect(errorsInDark).toEqual([])
    })
  })
})

function findTwin(name: string): string {
  return `${name}, harmless`
}

/** The names of sections and rows in a chart's source. */
function parseNames(chart = ''): string[] {
  const lines = inWords(chart).split('\n')
  const start = lines.findIndex((line) => line.startsWith('  section '))
  return lines.slice(start).map((line) => line.trim().replace(/^section | :.*/g, ''))
}

/** The same of a chart as it was drawn. */
function listNames({ sections, tasks }: Gantt): string[] {
  return sections.flatMap((section) => [
    section,
    ...tasks.filter((task) => task.section === section).map(({ name }) => name),
  ])
}

/** As HTML shows blanks. */
function spaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
