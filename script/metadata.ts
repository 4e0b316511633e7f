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

/** Parses an action.yml, by default that of the project. Throws an Error if a description is missing. */
export function readMetadata(text = readFileSync(join(projectRoot(), 'action.yml'), 'utf8')): ActionMetadata {
  const action: unknown = parse(text)
  const section = (key: string) => Object.entries(toFields(toFields(action)[key]))
  return {
    inputs: section('inputs').map(([name, value]) => {
      const { required, default: whenUnset, ...fields } = toFields(value)
      return {
        name,
        description: requireDescription('input', name, fields),
        required: required === true,
        default: whenUnset === undefined ? undefined : String(whenUnset),
      }
    }),
    outputs: section('outputs').map(([name, value]) => ({
      name,
      description: requireDescription('output', name, toFields(value)),
    })),
  }
}

function requireDescription(kind: string, name: string, fields: Readonly<Record<string, unknown>>): string {
  const { description } = fields
  if (typeof description !== 'string' || description.trim() === '') {
    throw new Error(`action.yml: ${kind} ${name} has no description`)
  }
  return description.trim()
}

function toFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
