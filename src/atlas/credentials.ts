/** An Atlas API key, for HTTP digest authentication. */
export interface ApiKey {
  readonly kind: 'apiKey'
  readonly publicKey: string
  readonly privateKey: string
}

/** An Atlas service account, for OAuth 2.0 client credentials. */
export interface ServiceAccount {
  readonly kind: 'serviceAccount'
  /** Without a colon, which Basic authentication could not tell from the one before the secret. */
  readonly clientId: string
  readonly clientSecret: string
}

/** Atlas credentials. */
export type Credentials = ApiKey | ServiceAccount
export type CredentialKind = Credentials['kind']

const LABELS: Readonly<Record<CredentialKind, string>> = {
  apiKey: 'API key',
  serviceAccount: 'service account',
}

/** The kind in the words of the Atlas UI. */
export function credentialLabel(kind: CredentialKind): string {
  return LABELS[kind]
}

/** The credentials by kind and public half, which is not secret: `API key abcdefgh`. */
export function describeCredentials(credentials: Credentials): string {
  const name = credentials.kind === 'apiKey' ? credentials.publicKey : credentials.clientId
  return `${credentialLabel(credentials.kind)} ${name}`
}
