/** An Atlas API key, for HTTP digest authentication. */
export interface ApiKey {
  readonly kind: 'apiKey'
  readonly publicKey: string
  readonly privateKey: string
}

/** An Atlas service account, for OAuth 2.0 client credentials. */
export interface ServiceAccount {
  readonly kind: 'serviceAccount'
  /** Contains no colon, because in Basic authentication the first colon ends the client ID. */
  readonly clientId: string
  readonly clientSecret: string
}

/** Atlas credentials. */
export type Credentials = ApiKey | ServiceAccount
export type CredentialKind = Credentials['kind']

/** The kind as the Atlas UI names it. */
export function credentialLabel(kind: CredentialKind): string {
  return kind === 'apiKey' ? 'API key' : 'service account'
}

/** Kind and public part of the credentials: `API key abcdefgh`. */
export function describeCredentials(credentials: Credentials): string {
  const name = credentials.kind === 'apiKey' ? credentials.publicKey : credentials.clientId
  return `${credentialLabel(credentials.kind)} ${name}`
}
