export declare class ProxyAgent {
  dispatch(): never
}
export declare function fetch(): Promise<never>
