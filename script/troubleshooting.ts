import type { Remedy } from '../src/atlas/remedies.js'

/** What the placeholders of a remedy stand for where nobody has been refused yet. */
const IN_GENERAL: Readonly<Record<string, string>> = {
  '{credential}': 'API key or service account',
  '{address}': "the runner's IP address",
  '{status}': '…',
}

/** The rows as Markdown: a heading that the user sees as the annotation's title, the codes it stands for, what to do. */
export function troubleshooting(rows: readonly Remedy[]): string {
  return rows
    .map(({ codes, statuses, title, remedy, link }) => {
      const see = link === undefined ? '' : ` [Atlas's documentation](${link}) says more.`
      return `### ${inGeneral(title)}\n\n${answersOf(codes, statuses)}${plain(inGeneral(remedy))}${see}`
    })
    .join('\n\n')
}

/** A title or a remedy for whoever reads it beforehand, its placeholders replaced. */
export function inGeneral(text: string): string {
  return Object.entries(IN_GENERAL).reduce(
    (filled, [placeholder, words]) => filled.replaceAll(placeholder, words),
    text,
  )
}

function answersOf(codes: readonly string[] = [], statuses: readonly number[] = []): string {
  const answers = [...codes.map((code) => `\`${code}\``), ...statuses.map((status) => `HTTP ${status}`)]
  return answers.length === 0 ? '' : `${answers.join(', ')}: `
}

/** Text that Markdown shows as it reads. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<|]/g, '\\$&')
}
