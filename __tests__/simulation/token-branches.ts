import type { Branch, Facts } from './branch.js'
import type { Exchange } from './exchange.js'

const REFUSED = 'Getting an access token was refused'

/** What a run with a service account may come through. */
export const tokenBranches: readonly Branch[] = [
  {
    name: 'success with a service account',
    taken: ({ success, run }) => success && run.scenario.access.credentials.kind === 'service account',
  },
  {
    name: 'a token renewed before it ran out',
    taken: ({ run }) => answersBefore(run.exchanges, 'token', 200).some((before) => before?.status === 200),
  },
  {
    name: 'a token replaced that had run out or was forgotten',
    taken: (facts) => facts.success && replaced(facts, (before) => before.fault === undefined),
  },
  {
    name: "a token replaced for the POST's sake",
    taken: (facts) => facts.success && replaced(facts, (before) => before.operation === 'take'),
  },
  {
    name: 'a second 401 in a row stands',
    taken: ({ title }) => title === 'Atlas does not accept the service account',
  },
  {
    name: 'a client secret that is refused',
    taken: ({ title, text }) => title === 'Atlas does not accept the client secret' && text.includes(REFUSED),
  },
  {
    name: 'no token for a while',
    taken: ({ success, run, says }) =>
      success &&
      says('Getting an access token') &&
      run.exchanges.some(({ operation, error }) => operation === 'token' && error !== undefined),
  },
  {
    name: 'no token until the end',
    taken: ({ text }) => text.includes('Getting an access token') && text.includes('It has been like this'),
  },
  {
    name: "the token endpoint's own rate limit",
    taken: ({ run }) =>
      run.exchanges.some(
        ({ operation, status, fault }) => operation === 'token' && status === 429 && fault === undefined,
      ),
  },
  {
    name: 'stopped while getting a token',
    taken: ({ run }) =>
      run.exchanges.some(
        ({ operation, error, endedAt, fault }) =>
          operation === 'token' && error !== undefined && endedAt === run.endedAt && fault === undefined,
      ),
  },
  { name: 'a token revoked', taken: ({ says }) => says('The access token is revoked') },
  { name: 'a token not revoked', taken: ({ says }) => says('The access token is not revoked') },
  {
    name: 'a revocation given up in time',
    taken: ({ says }) => says('no whole answer within 3 s') || says('no whole answer within 0.5 s'),
  },
]

/** What came right before each answer of this kind, among all that is about snapshots or tokens. */
function answersBefore(
  exchanges: readonly Exchange[],
  operation: string,
  status: number,
): readonly (Exchange | undefined)[] {
  return exchanges.flatMap((exchange, place) =>
    place > 0 && exchange.operation === operation && exchange.status === status ? [exchanges[place - 1]] : [],
  )
}

function replaced({ run }: Facts, because: (before: Exchange) => boolean): boolean {
  return answersBefore(run.exchanges, 'token', 200).some(
    (before) => before?.scheme === 'bearer' && before.status === 401 && because(before),
  )
}
