'use strict'
// Why this is here: docs/performance.md, "Start-up". CommonJS, since both kinds of modules ask for it.

/** The toolkit's client of GitHub makes one as it loads, behind a proxy; nothing then uses it. */
exports.ProxyAgent = class ProxyAgent {}

/** Every request of this action goes through `node:http`. */
exports.fetch = () => Promise.reject(new Error('undici is not part of this action'))
