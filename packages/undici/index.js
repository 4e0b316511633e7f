'use strict'
// Replaces undici (npm overrides), which would be three quarters of the bundle that every job downloads. The toolkit
// imports it, but this action never calls it. The GitHub client gets another fetch (src/action/github-client.ts), and
// the HTTP client only provides node:http agents. This is CommonJS because CommonJS and ES modules import it.

const notPartOfThisAction = () => {
  throw new Error('undici is not part of this action')
}

/** The toolkit's GitHub client creates one on load if there is a proxy. It must not use it. */
exports.ProxyAgent = class ProxyAgent {
  dispatch() {
    notPartOfThisAction()
  }
}

exports.fetch = async () => notPartOfThisAction()
