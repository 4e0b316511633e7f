'use strict'
// The toolkit imports undici but never has to call it here: its GitHub client is given another fetch
// (src/action/github-client.ts), and its HTTP client only hands out agents of node:http. So npm's overrides put this
// in its place, because undici would be two thirds of the bundle that every job downloads. It is CommonJS, because both
// kinds of modules import it. Any use fails, and the end-to-end tests of commit statuses with it.

const notPartOfThisAction = () => {
  throw new Error('undici is not part of this action')
}

/** The toolkit's GitHub client creates one when it loads behind a proxy, and must not use it. */
exports.ProxyAgent = class ProxyAgent {
  dispatch() {
    notPartOfThisAction()
  }
}

exports.fetch = async () => notPartOfThisAction()
