import { JsonFields } from '../json-fields.js'

/** The visible content of a job summary, including collapsed sections. */
export interface Rendered {
  readonly text: string
  /** The HTML after GitHub's sanitizer, before charts are drawn. */
  readonly html: string
  /**
   * Structure before sanitizing, such as `h3(#) p(a[href](#))`: names of elements and their attributes, `#` for text,
   * `!` for a comment. Summaries that differ only in text have the same outline.
   */
  readonly outline: string
  /** Tables, each a list of rows, each a list of cells. */
  readonly tables: readonly (readonly (readonly string[])[])[]
  /** Links, including those in charts, with their `href` as written. */
  readonly links: readonly { readonly text: string; readonly href: string }[]
  /** URLs of images. */
  readonly images: readonly string[]
  /** Code blocks that are not charts. */
  readonly codeBlocks: readonly { readonly language: string; readonly text: string }[]
  readonly gantts: readonly Gantt[]
  /** What GitHub would remove or could not draw, and illegible text in charts. */
  readonly errors: readonly string[]
  /** In CSS pixels. */
  readonly height: number
}

export interface Gantt {
  readonly sections: readonly string[]
  readonly tasks: readonly Task[]
}

/** A bar of a chart. Times have the chart's format, `YYYY-MM-DD HH:mm:ss`. */
export interface Task {
  readonly section: string
  readonly name: string
  readonly start: string
  readonly end: string
  /** A subset of `active`, `done`, `crit`, and `milestone`. */
  readonly tags: readonly string[]
}

/** Reads the results of the page. Throws a TypeError if they are malformed. */
export function readRendered(value: unknown): Rendered {
  const fields = new JsonFields('an article', value)
  return {
    text: fields.requiredText('text'),
    html: fields.requiredText('html'),
    outline: fields.requiredText('outline'),
    tables: fields.list('tables', (table) => list(table, (row) => list(row, text))) ?? [],
    links: fields.list('links', readLink) ?? [],
    images: fields.list('images', text) ?? [],
    codeBlocks: fields.list('codeBlocks', readCodeBlock) ?? [],
    gantts: fields.list('gantts', readGantt) ?? [],
    errors: fields.list('errors', text) ?? [],
    height: fields.number('height') ?? 0,
  }
}

function readLink(value: unknown): Rendered['links'][number] {
  const fields = new JsonFields('a link', value)
  return { text: fields.requiredText('text'), href: fields.requiredText('href') }
}

function readCodeBlock(value: unknown): Rendered['codeBlocks'][number] {
  const fields = new JsonFields('a code block', value)
  return { language: fields.requiredText('language'), text: fields.requiredText('text') }
}

function readGantt(value: unknown): Gantt {
  const fields = new JsonFields('a chart', value)
  return { sections: fields.list('sections', text) ?? [], tasks: fields.list('tasks', readTask) ?? [] }
}

function readTask(value: unknown): Task {
  const fields = new JsonFields('a task', value)
  return {
    section: fields.requiredText('section'),
    name: fields.requiredText('name'),
    start: fields.requiredText('start'),
    end: fields.requiredText('end'),
    tags: fields.list('tags', text) ?? [],
  }
}

function list<Item>(value: unknown, read: (item: unknown) => Item): Item[] {
  if (!Array.isArray(value)) throw new TypeError(`must be a list: ${JSON.stringify(value)}`)
  return value.map((item: unknown) => read(item))
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`must be a string: ${JSON.stringify(value)}`)
  return value
}
