import type { Random } from '../src/ports.js'

/**
 * Pseudorandom numbers (sfc32) that depend only on a seed and a name, so every run can be repeated. Each purpose uses
 * its own name, so the draws of one part never affect another part.
 */
export class SeededRandom implements Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number, name: string) {
    this.#a = seed >>> 0
    this.#b = Math.floor(seed / 2 ** 32) >>> 0
    this.#c = hash(name)
    for (let warmUp = 0; warmUp < 12; warmUp++) this.#next()
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.#next() / 2 ** 32
  }

  hex(bytes: number): string {
    let digits = ''
    while (digits.length < bytes * 2) digits += this.#next().toString(16).padStart(8, '0')
    return digits.slice(0, bytes * 2)
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  /** A number from `low` up to but not including `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.fraction()
  }

  /** A number from `low` to `high` whose logarithm is distributed uniformly. */
  magnitude(low: number, high: number): number {
    return low * (high / low) ** this.fraction()
  }

  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1))
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    const [first] = items
    return items[this.integer(0, items.length - 1)] ?? first
  }

  /** One of the items, with a probability proportional to its weight. */
  weighted<T>(items: readonly [readonly [number, T], ...(readonly [number, T])[]]): T {
    let left = items.reduce((sum, [weight]) => sum + weight, 0) * this.fraction()
    for (const [weight, item] of items) {
      left -= weight
      if (left < 0) return item
    }
    return items[0][1]
  }

  #next(): number {
    const result = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result
    return result >>> 0
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
