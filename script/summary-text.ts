const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** A job summary as it can be read in a terminal: its table as lines of names and values, without its tags. */
export function asText(summary: string): string {
  const rows = [...summary.matchAll(/<th[^>]*>(.*?)<\/th>/g)].map(([, name = '']) => name.length)
  const width = Math.max(0, ...rows)
  return summary
    .replace(/<tr><th[^>]*>(.*?)<\/th><td>(.*?)<\/td><\/tr>/g, (_, name: string, value: string) => {
      return `  ${name.padEnd(width)}  ${value}\n`
    })
    .replace(/<a href="([^"]*)">(.*?)<\/a>/g, (_, url: string, text: string) =>
      url === text ? url : `${text} (${url})`,
    )
    .replace(/<li>/g, '- ')
    .replace(/<[^>]+>/g, '')
    .replace(/&(amp|lt|gt|quot);/g, (entity, name: string) => ENTITIES[name] ?? entity)
}
