'use strict'
// The toolkit imports undici for what nothing here calls: its client of GitHub is given another fetch
// (src/action/github-client.ts), its HTTP client is asked for agents of node:http alone. So this stands in its place, by npm's
// overrides: undici itself would make up two thirds of the bundle, which every job downloads. CommonJS, since both kinds
// of modules ask for it.

/** The toolkit's client of GitHub makes one as it loads, behind a proxy; nothing then uses it. */
exports.ProxyAgent = class ProxyAgent {}

/** Every request of this action goes through `node:http`. */
exports.fetch = () => Promise.reject(new Error('undici is not part of this action'))
