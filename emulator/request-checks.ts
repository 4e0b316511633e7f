import { RejectionError } from './errors.js'
import { type Headers, isObject, type JsonObject } from './http.js'
import type { ApiOperation } from './routes.js'

/** As recorded for versions of the cluster resource before 2024-08-05. */
const DEPRECATION: Headers = {
  Deprecation: 'Mon, 5 Aug 2024 00:00:00 GMT',
  Sunset: 'Thu, 1 Jul 2027 00:00:00 GMT',
}

/** The versions of each resource, newest first. */
const VERSIONS: Readonly<Record<ApiOperation['group'], readonly string[]>> = {
  clusters: ['2024-08-05', '2023-02-01', '2023-01-01'],
  snapshots: ['2023-01-01'],
}

/**
 * The `Content-Type` of the response, and headers for a deprecated version. v2 requires an exact version in `Accept`.
 *
 * @throws RejectionError for any other `Accept`
 */
export function negotiate(
  { group, version }: ApiOperation,
  accept = '',
): { readonly contentType: string; readonly deprecation: Headers } {
  if (version === 'v1.0') return { contentType: 'application/json', deprecation: {} }
  const place = VERSIONS[group].findIndex((date) => accept === `application/vnd.atlas.${date}+json`)
  if (place === -1) throw new RejectionError('INVALID_VERSION_DATE')
  return { contentType: `${accept};charset=utf-8`, deprecation: place === 0 ? {} : DEPRECATION }
}

/** The body of a POST. @throws RejectionError for a body that Atlas would reject */
export function parseCreateSnapshotBody(text: string) {
  const { description, retentionInDays, ...others } = parseObject(text)
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw new RejectionError('INVALID_ATTRIBUTE', unknown)
  if (typeof description !== 'string') throw new RejectionError('INVALID_ATTRIBUTE', 'description')
  if (typeof retentionInDays !== 'number' || !Number.isInteger(retentionInDays) || retentionInDays < 1)
    throw new RejectionError('INVALID_ATTRIBUTE', 'retentionInDays')
  return { description, retentionInDays }
}

function parseObject(text: string): JsonObject {
  try {
    const body: unknown = JSON.parse(text)
    if (isObject(body)) return body
  } catch {}
  throw new RejectionError('MALFORMED_JSON')
}
