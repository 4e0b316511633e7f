/** `value` as a quoted-string, quotes and backslashes escaped (RFC 9110 section 5.6.4) */
export function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}

/** `text` as an ext-value: UTF-8, percent-encoded but for attr-char (RFC 8187 section 3.2.1) */
export function extValue(text: string): string {
  const encoded = Array.from(Buffer.from(text, 'utf8'), (octet) => {
    const char = String.fromCharCode(octet)
    if (/[A-Za-z0-9!#$&+.^_`|~-]/.test(char)) return char
    return `%${octet.toString(16).toUpperCase().padStart(2, '0')}`
  })
  return `UTF-8''${encoded.join('')}`
}
