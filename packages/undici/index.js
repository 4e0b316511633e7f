// Why this is here: docs/performance.md, "Start-up".

/** `@actions/github` makes one as it loads, behind a proxy; nothing then uses it. */
export class ProxyAgent {}

/** Every request of this action goes through `node:http`. */
export function fetch() {
  return Promise.reject(new Error('undici is not part of this action'))
}
