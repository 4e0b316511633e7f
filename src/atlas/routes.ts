import * as http from 'node:http'
import { getProxyUrl } from '@actions/http-client/lib/proxy'

/** How requests get to an origin. */
export interface Route {
  readonly request: typeof http.request
  readonly agent: http.Agent
}

/**
 * The routes to the origins that are asked, by the proxy variables. Each is made when it is first needed: what speaks
 * TLS and what tunnels through a proxy take time to load, and most steps need only one of them.
 */
export class Routes {
  readonly #userAgent: string
  readonly #routes = new Map<string, Promise<Route>>()
  readonly #kept: http.Agent[] = []

  /** @param userAgent what CONNECT is sent with */
  constructor(userAgent: string) {
    this.#userAgent = userAgent
  }

  to(url: URL): Promise<Route> {
    const known = this.#routes.get(url.origin)
    if (known !== undefined) return known
    const route = this.#find(url)
    this.#routes.set(url.origin, route)
    return route
  }

  /** Closes the connections that are kept alive; through a proxy there are none, since a tunnel ends with its request. */
  close(): void {
    for (const agent of this.#kept) agent.destroy()
  }

  async #find(url: URL): Promise<Route> {
    const { Agent, request } = url.protocol === 'https:' ? await import('node:https') : http
    if (getProxyUrl(url) !== undefined) {
      const { HttpClient } = await import('@actions/http-client')
      return { request, agent: new HttpClient(this.#userAgent, [], { keepAlive: true }).getAgent(url.href) }
    }
    const agent = new Agent({ keepAlive: true })
    this.#kept.push(agent)
    return { request, agent }
  }
}
