import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { projectRoot } from './root.js'

export interface InputMetadata {
  readonly name: string
  readonly description: string
  readonly required: boolean
  /** Default in action.yml, if any. */
  readonly default: string | undefined
}

export interface OutputMetadata {
  readonly name: string
  readonly description: string
}

export interface ActionMetadata {
  readonly inputs: readonly InputMetadata[]
  readonly outputs: readonly OutputMetadata[]
}

/** action.yml, as far as its inputs and outputs are concerned. */
interface ActionYml {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly required?: boolean; readonly default?: unknown }>
  >
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
}

/** The inputs and outputs in action.yml. */
export function readMetadata(): ActionMetadata {
  const { inputs, outputs }: ActionYml = parse(readFileSync(join(projectRoot(), 'action.yml'), 'utf8'))
  return {
    inputs: Object.entries(inputs).map(([name, { description, required = false, default: whenUnset }]) => ({
      name,
      description: description.trim(),
      required,
      default: whenUnset === undefined ? undefined : String(whenUnset),
    })),
    outputs: Object.entries(outputs).map(([name, { description }]) => ({
      name,
      description: description.trim(),
    })),
  }
}
