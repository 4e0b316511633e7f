import { readFileSync } from 'node:fs'

/** The rows of `fixtures/atlas/recorded-NAME.csv` by their columns. Its comments explain them. */
export function readRecordings(name: string): readonly Readonly<Record<string, string>>[] {
  const url = new URL(`../fixtures/atlas/recorded-${name}.csv`, import.meta.url)
  const lines = readFileSync(url, 'utf8').match(/^[^#\n].*$/gm) ?? []
  const [columns = [], ...rows] = lines.map((line) => line.split(','))
  return rows.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value])))
}
