import type { Atlas, OtherSnapshot } from './atlas.js'
import { readFaultRule } from './fault-spec.js'
import { type EmulatorRequest, type EmulatorResponse, jsonResponse } from './http.js'
import { defined, JsonFields } from './json-fields.js'
import { snapshotTypes } from './snapshots.js'

/**
 * The control endpoints under `/_emulator/`, which need no credentials. They show requests and snapshots, create
 * snapshots as another client, set faults, and expire tokens.
 */
export function control(atlas: Atlas, request: EmulatorRequest): EmulatorResponse {
  const now = atlas.now()
  const [path = ''] = request.target.split('?', 1)
  try {
    switch (`${request.method} ${path}`) {
      case 'GET /_emulator/requests':
        return jsonResponse(200, atlas.requests, now)
      case 'GET /_emulator/snapshots':
        return jsonResponse(200, atlas.snapshots(), now)
      case 'POST /_emulator/snapshots': {
        const { cluster, ...taking } = readOtherSnapshot(JSON.parse(request.body), now)
        const result = atlas.createOtherSnapshot(cluster, taking)
        return jsonResponse(result.kind === 'created' ? 201 : 409, result, now)
      }
      case 'POST /_emulator/faults': {
        const body: unknown = JSON.parse(request.body)
        const rules = (Array.isArray(body) ? body : [body]).map(readFaultRule)
        for (const rule of rules) atlas.addFault(rule)
        return jsonResponse(201, { added: rules.length }, now)
      }
      case 'DELETE /_emulator/faults':
        atlas.clearFaults()
        return jsonResponse(200, {}, now)
      case 'DELETE /_emulator/tokens':
        atlas.expireTokens()
        return jsonResponse(200, {}, now)
      default:
        return jsonResponse(404, { error: `unknown control endpoint: ${request.method} ${path}` }, now)
    }
  } catch (error) {
    return jsonResponse(400, { error: errorMessage(error) }, now)
  }
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** `{cluster, description, snapshotType?, retentionInDays?, fails?, secondsAgo?}`. */
function readOtherSnapshot(value: unknown, now: number): OtherSnapshot & { readonly cluster: string } {
  const fields = new JsonFields('the snapshot', value)
  const secondsAgo = fields.number('secondsAgo')
  const taking = {
    cluster: fields.requiredText('cluster'),
    description: fields.text('description') ?? '',
    ...defined({
      snapshotType: fields.choice('snapshotType', snapshotTypes),
      retentionInDays: fields.number('retentionInDays', 1),
      fails: fields.flag('fails'),
      takenAt: secondsAgo === undefined ? undefined : now - secondsAgo * 1000,
    }),
  }
  fields.done()
  return taking
}
