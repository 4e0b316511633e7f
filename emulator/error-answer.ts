import { type EmulatorAnswer, jsonAnswer } from './http.js'

/** An error as Atlas describes it: status, its own code, a sentence, the values in it. */
export interface AtlasError {
  readonly status: number
  readonly errorCode: string
  readonly detail: string
  readonly parameters?: readonly (string | number)[] | null
  readonly fields?: readonly { readonly field: string; readonly description: string }[]
  readonly headers?: Readonly<Record<string, string>>
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** The reason phrase of a status, or `Error`. */
export function reasonOf(status: number): string {
  return reasons[status] ?? 'Error'
}

/** Renders an error as recorded ones look: alphabetical keys, the code in `X-Error-Code` too. */
export function errorAnswer(
  error: AtlasError,
  nowMs: number,
  headers: Readonly<Record<string, string>> = {},
): EmulatorAnswer {
  const body = {
    ...(error.fields === undefined ? {} : { badRequestDetail: { fields: error.fields } }),
    detail: error.detail,
    error: error.status,
    errorCode: error.errorCode,
    parameters: error.parameters === undefined ? [] : error.parameters,
    reason: reasonOf(error.status),
  }
  return jsonAnswer(error.status, body, nowMs, {
    ...headers,
    ...error.headers,
    'X-Error-Code': error.errorCode,
  })
}

/** The body that comes with every digest challenge; its key order differs from all other errors. */
export const challengeBody = {
  error: 401,
  reason: 'Unauthorized',
  detail: 'You are not authorized for this resource.',
  errorCode: 'UNEXPECTED_ERROR',
} as const
