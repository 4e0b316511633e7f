import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** The parts of action.yml that tests read. */
export interface ActionYml {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>
  readonly outputs: readonly string[]
}

export function actionYml(): ActionYml {
  const document: unknown = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8'))
  const inputs = Object.entries(toFields(toFields(document)['inputs'])).map(([name, input]) => {
    const { default: value, required } = toFields(input)
    if (value !== undefined && typeof value !== 'string')
      throw new TypeError(`the default of ${name} is not a string`)
    return [
      name,
      { ...(value === undefined ? {} : { default: value }), required: required === true },
    ] as const
  })
  return {
    inputs: Object.fromEntries(inputs),
    outputs: Object.keys(toFields(toFields(document)['outputs'])),
  }
}

function toFields(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError('action.yml is not as expected')
  return Object.fromEntries(Object.entries(value))
}
