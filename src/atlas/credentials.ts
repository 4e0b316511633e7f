/** An Atlas API key, for HTTP digest. */
export interface ApiKey {
  readonly kind: 'API key'
  readonly publicKey: string
  readonly privateKey: string
}

/** An Atlas service account, for OAuth 2.0 client credentials. */
export interface ServiceAccount {
  readonly kind: 'service account'
  /** Without a colon, which Basic authentication could not tell from the one before the secret. */
  readonly clientId: string
  readonly clientSecret: string
}

/** What a step proves itself with. */
export type Credentials = ApiKey | ServiceAccount
/** As the user calls it. */
export type CredentialKind = Credentials['kind']

/** The credentials by kind and public half, as anybody may read them: `API key abcdefgh`. */
export function describeCredentials(credentials: Credentials): string {
  return `${credentials.kind} ${credentials.kind === 'API key' ? credentials.publicKey : credentials.clientId}`
}
