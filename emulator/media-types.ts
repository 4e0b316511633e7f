import type { Headers } from './http.js'
import { type ApiOperation, isFlexOperation } from './routes.js'

/** As recorded for versions of the cluster resource before 2024-08-05. */
const DEPRECATION: Headers = {
  Deprecation: 'Mon, 5 Aug 2024 00:00:00 GMT',
  Sunset: 'Thu, 1 Jul 2027 00:00:00 GMT',
}

/** The versions of a resource, newest first. */
function resourceVersions({ kind }: ApiOperation): readonly string[] {
  if (kind === 'cluster' || kind === 'schedule') return ['2024-08-05', '2023-02-01', '2023-01-01']
  return isFlexOperation(kind) ? ['2024-11-13'] : ['2023-01-01']
}

/** `Content-Type` of a response, and headers for a deprecated version. */
interface Negotiated {
  readonly contentType: string
  readonly headers: Headers
}

/** Selects the version of the resource. v2 requires an exact one in `Accept`. Undefined leads to a 406. */
export function negotiate(operation: ApiOperation, accept = ''): Negotiated | undefined {
  if (operation.version === 'v1.0') return { contentType: 'application/json', headers: {} }
  const versions = resourceVersions(operation)
  const version = versions.find((date) => accept === `application/vnd.atlas.${date}+json`)
  if (version === undefined) return undefined
  return { contentType: `${accept};charset=utf-8`, headers: version === versions[0] ? {} : DEPRECATION }
}
