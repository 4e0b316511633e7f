import { createHash } from 'node:crypto'

/** Pseudorandom hexadecimal digits that are the same in every run. */
export function seededHex(seed: string): (bytes: number) => string {
  let drawn = 0
  return (bytes) => {
    drawn += 1
    return createHash('sha512')
      .update(`${seed} ${drawn}`)
      .digest('hex')
      .slice(0, bytes * 2)
  }
}
