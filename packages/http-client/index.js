// Stands in for @actions/http-client where the toolkit imports it for what this action never asks it, by npm's overrides.
// What goes through a proxy goes through the real one, which is installed as toolkit-http-client (src/atlas/routes.ts).

export class HttpClient {
  /** The toolkit's client of GitHub asks for both as it loads; it is given another `fetch`, which uses neither. */
  getAgent() {}
  getAgentDispatcher() {}

  /** The toolkit's core would ask for an OpenID token, which no step here wants. */
  getJson() {
    return Promise.reject(new Error('@actions/http-client is not part of this action'))
  }
}
