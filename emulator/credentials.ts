/** Project roles that matter to snapshots. */
export const roles = [
  'GROUP_OWNER',
  'GROUP_BACKUP_MANAGER',
  'GROUP_BACKUP_CREATOR',
  'GROUP_READ_ONLY',
] as const
export type Role = (typeof roles)[number]

/** Whoever has credentials; without `roles` the project's owner, with an empty list they may do nothing. */
export interface Holder {
  readonly roles?: readonly Role[]
}

/** An API key, which proves itself by digest. */
export interface KeyPair extends Holder {
  readonly publicKey: string
  readonly privateKey: string
}

/** A service account, which mints bearer tokens for itself. */
export interface ServiceAccount extends Holder {
  readonly clientId: string
  readonly clientSecret: string
}
