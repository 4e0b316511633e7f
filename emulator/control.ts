import type { Atlas, SomebodysSnapshot } from './atlas.js'
import { readFaultRule } from './fault-spec.js'
import { defined, Fields } from './fields.js'
import { type EmulatorAnswer, type EmulatorRequest, jsonAnswer } from './http.js'
import { snapshotTypes } from './lifecycle.js'

/**
 * The emulator's own endpoints under `/_emulator/`, which need no credentials: what was asked, what is true,
 * somebody else's snapshots, faults, and the end of all tokens.
 */
export function control(atlas: Atlas, request: EmulatorRequest): EmulatorAnswer {
  const now = atlas.now()
  const [path = ''] = request.target.split('?', 1)
  try {
    switch (`${request.method} ${path}`) {
      case 'GET /_emulator/requests':
        return jsonAnswer(200, atlas.requests, now)
      case 'GET /_emulator/snapshots':
        return jsonAnswer(200, atlas.snapshots(), now)
      case 'POST /_emulator/snapshots': {
        const { cluster, ...taking } = readSomebodysSnapshot(JSON.parse(request.body), now)
        const result = atlas.takeSnapshot(cluster, taking)
        return jsonAnswer(result.kind === 'taken' ? 201 : 409, result, now)
      }
      case 'POST /_emulator/faults': {
        const body: unknown = JSON.parse(request.body)
        const rules = (Array.isArray(body) ? body : [body]).map(readFaultRule)
        for (const rule of rules) atlas.addFault(rule)
        return jsonAnswer(201, { added: rules.length }, now)
      }
      case 'DELETE /_emulator/faults':
        atlas.clearFaults()
        return jsonAnswer(200, {}, now)
      case 'DELETE /_emulator/tokens':
        atlas.expireTokens()
        return jsonAnswer(200, {}, now)
      default:
        return jsonAnswer(404, { error: `the emulator has no ${request.method} ${path}` }, now)
    }
  } catch (error) {
    return jsonAnswer(400, { error: messageOf(error) }, now)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** `{cluster, description, snapshotType?, retentionInDays?, fails?, secondsAgo?}`. */
function readSomebodysSnapshot(
  value: unknown,
  now: number,
): SomebodysSnapshot & { readonly cluster: string } {
  const fields = new Fields('the snapshot', value)
  const secondsAgo = fields.number('secondsAgo')
  const taking = {
    cluster: fields.needText('cluster'),
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
