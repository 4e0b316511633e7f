import { mediaType } from './http.js'
import type { ApiOperationKind, ApiVersion } from './routes.js'

const snapshotVersions = ['2023-01-01'] as const
const clusterVersions = ['2024-08-05', '2023-02-01', '2023-01-01'] as const
const flexVersions = ['2024-11-13'] as const

const versioned = /^application\/vnd\.atlas\.(\d{4}-\d{2}-\d{2})\+json$/

function acceptedVersions(kind: ApiOperationKind): readonly string[] {
  if (kind === 'cluster' || kind === 'schedule') return clusterVersions
  return kind.startsWith('flex') ? flexVersions : snapshotVersions
}

/** `Content-Type` of a response, and headers for a deprecated version. */
interface Negotiated {
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Selects the resource version from `Accept`. v2 requires an exact version, the deprecated API plain JSON. Undefined
 * leads to a 406.
 */
export function negotiate(
  accept: string,
  version: ApiVersion,
  kind: ApiOperationKind,
): Negotiated | undefined {
  const types = accept.split(',').map(mediaType)
  if (version === 'v1.0') {
    const plain = ['', '*/*', 'application/*', 'application/json']
    return types.some((type) => plain.includes(type))
      ? { contentType: 'application/json', headers: {} }
      : undefined
  }
  const known = acceptedVersions(kind)
  for (const type of types) {
    const date = versioned.exec(type)?.[1]
    if (date === undefined || !known.includes(date)) continue
    return {
      contentType: `application/vnd.atlas.${date}+json;charset=utf-8`,
      headers: date === known[0] ? {} : outdated,
    }
  }
  return undefined
}

/** As recorded for versions of the cluster resource before 2024-08-05. */
const outdated = {
  Deprecation: 'Mon, 5 Aug 2024 00:00:00 GMT',
  Sunset: 'Thu, 1 Jul 2027 00:00:00 GMT',
} as const

/** True if a POST accepts a body with this `Content-Type`. */
export function acceptsBody(contentType: string, version: ApiVersion, kind: ApiOperationKind): boolean {
  const type = mediaType(contentType)
  if (type === 'application/json') return true
  const date = versioned.exec(type)?.[1]
  return version === 'v2' && date !== undefined && acceptedVersions(kind).includes(date)
}
