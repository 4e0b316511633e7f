import { ActionError, toActionError } from '../../../src/action-error.js'
import { AtlasError, isNotFound, OutcomeUnknownError, RejectedError } from '../../../src/atlas/errors.js'
import { isUnconfirmed } from '../../../src/atlas/snapshot.js'
import { obtainSnapshot } from '../../../src/snapshot/obtain.js'
import { type Planting, withCreated, withErrors, withJson, withStep } from './planting.js'

/** Bugs in what a step reports, and in tokens. */
export const reportPlantings: readonly Planting[] = [
  {
    name: 'a snapshot reported without a check of the response to the POST',
    client: withCreated((snapshot, sent) => ({ ...snapshot, description: sent })),
    breaks: 'created is true if and only if this step created the snapshot',
  },
  {
    name: 'outputs without the last member',
    client: (client) => ({
      getShardedSnapshot: async (id, signal) => {
        const snapshot = await client.getShardedSnapshot(id, signal)
        return { ...snapshot, memberIds: snapshot.memberIds?.slice(0, -1) }
      },
    }),
    breaks: 'outputs match the result',
  },
  {
    name: 'a failure without a remedy',
    step: (...args) =>
      obtainSnapshot(...args).catch((error: unknown) => {
        const { title, message } = toActionError(error)
        throw new ActionError({ title, message, remedy: '' })
      }),
    breaks: 'every failure has a title, a message, and a remedy',
  },
  {
    name: 'an error that quotes the headers of its request',
    send: (send) => async (request, signal) => {
      try {
        return await send(request, signal)
      } catch (error) {
        if (!(error instanceof AtlasError)) throw error
        const { title, message, remedy } = error
        const headers = JSON.stringify(request.headers)
        throw new OutcomeUnknownError({ title, message: `${message} ${headers}`, remedy })
      }
    },
    breaks: 'no secret is logged',
  },
  {
    name: 'a token that is not masked',
    mask: () => () => undefined,
    breaks: 'every token is masked',
  },
  {
    name: 'a token that is not renewed before it expires',
    send: withJson((json) => {
      const { expires_in: seconds } = json
      return typeof seconds === 'number' ? { ...json, expires_in: seconds * 2 } : json
    }),
    breaks: 'a token is renewed before it expires',
  },
  {
    name: 'a redirect treated like an error of the server',
    send: (send) => async (request, signal) => {
      const response = await send(request, signal)
      return response.status === 302 ? { ...response, status: 503 } : response
    },
    breaks: 'nothing is sent after a response that is not trusted',
  },
  {
    name: 'a status in progress until the sharded form is completed',
    step: withStep(({ onSnapshot }) => ({
      onSnapshot: ({ snapshot, created }) => {
        const status = isUnconfirmed(snapshot) ? 'inProgress' : snapshot.status
        onSnapshot({ snapshot: { ...snapshot, status }, created })
      },
    })),
    breaks: 'a status is what Atlas sent',
  },
  {
    name: 'a report that a snapshot continues',
    step: async (...step) => {
      try {
        return await obtainSnapshot(...step)
      } catch (error) {
        if (!(error instanceof ActionError)) throw error
        const { title, remedy } = error
        const message = error.message.replace(/was last seen .*? ago/, 'continues in Atlas')
        throw new ActionError({ title, message, remedy })
      }
    },
    breaks: 'a failure reports when the snapshot was last seen',
  },
  {
    name: 'a cluster that is not found taken for a snapshot that is not found',
    client: withErrors((error) =>
      isNotFound(error)
        ? new RejectedError(error, { ...error.response, errorCode: 'SNAPSHOT_NOT_FOUND' })
        : error,
    ),
    breaks: 'a snapshot is reported as deleted only if Atlas does not find it',
  },
  {
    name: 'a token that is not revoked',
    send: (send) => async (request, signal) =>
      request.url.pathname.endsWith('/revoke')
        ? { status: 200, headers: {}, body: '' }
        : send(request, signal),
    breaks: 'the last token is revoked',
  },
]
