import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { projectRoot } from './root.js'

/** An input or output in action.yml. Only inputs can be required or have a default. */
export interface Parameter {
  readonly description: string
  readonly required?: boolean
  readonly default?: string
}

type Parameters = Readonly<Record<string, Parameter>>

/** The inputs and outputs in action.yml by name. */
export function readMetadata(): { readonly inputs: Parameters; readonly outputs: Parameters } {
  return parse(readFileSync(join(projectRoot(), 'action.yml'), 'utf8'))
}
