// Stands in for @actions/http-client where @actions/core imports it, by npm's overrides: the core would ask for OpenID
// tokens with it, which no step here wants. What goes through a proxy goes through the real one (src/atlas/routes.ts).

export class HttpClient {
  getJson() {
    return Promise.reject(new Error('the core of this action has no @actions/http-client'))
  }
}
