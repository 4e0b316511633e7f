/** The name and password of an `Authorization: Basic` header (RFC 7617), undefined for any other. */
export function basicCredentials(
  header: string,
): { readonly name: string; readonly password: string } | undefined {
  const encoded = /^\s*basic +([A-Za-z0-9+/]+={0,2})\s*$/i.exec(header)?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) }
}
