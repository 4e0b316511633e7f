import { type AtlasError, errors } from './errors.js'
import { isObject } from './http.js'

/** The body of a POST. */
interface CreateSnapshotBody {
  readonly description: string
  readonly retentionInDays: number
}

/** Parses the body of a POST, or returns the error that Atlas would. */
export function parseCreateSnapshotBody(text: string): CreateSnapshotBody | { readonly error: AtlasError } {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return { error: errors.malformedJson() }
  }
  if (!isObject(body)) return { error: errors.malformedJson() }
  for (const name of Object.keys(body)) {
    if (name !== 'description' && name !== 'retentionInDays') return { error: errors.invalidAttribute(name) }
  }
  const { description, retentionInDays } = body
  if (description === undefined) return { error: errors.missingAttribute('description') }
  if (typeof description !== 'string') return { error: errors.invalidAttribute('description') }
  if (retentionInDays === undefined) return { error: errors.missingAttribute('retentionInDays') }
  if (typeof retentionInDays !== 'number' || !Number.isInteger(retentionInDays))
    return { error: errors.invalidAttribute('retentionInDays') }
  if (retentionInDays < 1) return { error: errors.invalidRetention() }
  return { description, retentionInDays }
}
