import { JsonFields } from '../../emulator/json-fields.js'

/** A job summary as a reader finds it on GitHub, folded parts unfolded. */
export interface Rendered {
  readonly text: string
  /** What is left of its HTML by GitHub's sanitizer, before charts are drawn. */
  readonly html: string
  /**
   * Its shape before anything is taken out, such as `h3(#) p(a[href](#))`: names of elements and their attributes,
   * `#` for text, `!` for a comment. It is the same for all summaries that differ in words only.
   */
  readonly outline: string
  /** Tables of rows of cells. */
  readonly tables: readonly (readonly (readonly string[])[])[]
  /** With the addresses as they are written; those in charts, too. */
  readonly links: readonly { readonly text: string; readonly href: string }[]
  /** Addresses of images. */
  readonly images: readonly string[]
  /** Without those that became charts. */
  readonly codeBlocks: readonly { readonly language: string; readonly text: string }[]
  readonly gantts: readonly Gantt[]
  /** What GitHub takes out or cannot draw, and words that stick out of a chart. */
  readonly errors: readonly string[]
  /** Pixels of CSS. */
  readonly height: number
}

export interface Gantt {
  readonly sections: readonly string[]
  readonly tasks: readonly Task[]
}

/** A bar of a chart. Its instants are the chart's, `YYYY-MM-DD HH:mm:ss`. */
export interface Task {
  readonly section: string
  readonly name: string
  readonly start: string
  readonly end: string
  /** Of `active`, `done`, `crit` and `milestone`. */
  readonly tags: readonly string[]
}

/** Reads what the page says that it shows; throws a UsageError where that has another shape. */
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
  if (!Array.isArray(value)) throw new TypeError(`not a list: ${JSON.stringify(value)}`)
  return value.map((item: unknown) => read(item))
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`not a text: ${JSON.stringify(value)}`)
  return value
}
