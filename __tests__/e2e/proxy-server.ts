import type { Daemon } from './daemon.js'

/** A proxy that a test has started. */
export interface ProxyServer extends Daemon {
  /** Method and target of each request that it logged, such as `CONNECT cloud.example:443`; complete only after `stop`. */
  readonly requests: () => string[]
}
