import type { Clock } from '../../lib/clock.ts'

/** How long a nonce is remembered at least: twice the time by which a request's clock may differ. */
export const nonceMemoryMs = 30 * 60 * 1000

const generationMs = 10 * 60 * 1000
const generations = nonceMemoryMs / generationMs + 1

/** Nonces that were used, each with its AccessKey. */
export interface NonceMemory {
  /** Remembers the nonce. @returns `false` when it was used before */
  use(accessKeyId: string, nonce: string): boolean
  /** How many are remembered. */
  readonly size: number
}

/**
 * Remembers nonces for 30 to 40 minutes, in generations of ten, on this node; calls are also guarded by the store,
 * across nodes and restarts.
 *
 * Only a 53-bit fingerprint of each is kept, 8 bytes in a table at most half full: 1,000 requests a second need some
 * 40 MB. The fingerprint is seeded at random, so that nobody can look for a collision; two different nonces are taken
 * for one with a probability of 10^-9 at a million remembered.
 *
 * @param maxRemembered when this many are remembered the oldest ten minutes are forgotten early
 */
export function createNonceMemory(clock: Pick<Clock, 'monotonicMs'>, maxRemembered = 4_000_000): NonceMemory {
  const [seedLow = 1, seedHigh = 2] = crypto.getRandomValues(new Uint32Array(2))
  let remembered: FingerprintSet[] = [new FingerprintSet()]
  let turnAt = clock.monotonicMs() + generationMs
  const size = () => remembered.reduce((sum, one) => sum + one.size, 0)

  /** Starts as many new generations as the time asks for. */
  function turn(): void {
    const now = clock.monotonicMs()
    for (; now >= turnAt && remembered.some((one) => one.size > 0); turnAt += generationMs) {
      remembered = [new FingerprintSet(), ...remembered].slice(0, generations)
    }
    if (now >= turnAt) turnAt = now + generationMs
  }

  return {
    use(accessKeyId, nonce) {
      turn()
      const print = fingerprint(`${accessKeyId}\n${nonce}`, seedLow, seedHigh)
      if (remembered.some((one) => one.has(print))) return false
      if (size() >= maxRemembered) remembered = remembered.length > 1 ? remembered.slice(0, -1) : [new FingerprintSet()]
      remembered[0]?.add(print)
      return true
    },
    get size() {
      return size()
    },
  }
}

/** 53 bits of two seeded multiplicative hashes (MurmurHash3 rounds); never 0. */
function fingerprint(text: string, seedLow: number, seedHigh: number): number {
  let low = seedLow
  let high = seedHigh
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    low = Math.imul(low ^ unit, 0xcc9e2d51)
    low = (low << 13) | (low >>> 19)
    high = Math.imul(high ^ unit, 0x1b873593)
    high = (high << 15) | (high >>> 17)
  }
  return (mix(high) & 0x1fffff) * 2 ** 32 + mix(low ^ high) + 1
}

/** MurmurHash3's finalizer. @returns an unsigned 32-bit number */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** A set of positive numbers in a flat table: open addressing, 0 for a free place, at most half full. */
class FingerprintSet {
  #places = new Float64Array(1024)
  size = 0

  has(print: number): boolean {
    return this.#places[this.#placeOf(print)] === print
  }

  add(print: number): void {
    if (this.size * 2 >= this.#places.length) this.#grow()
    const place = this.#placeOf(print)
    if (this.#places[place] === 0) this.size++
    this.#places[place] = print
  }

  /** Where the print lies, or would lie. */
  #placeOf(print: number): number {
    const mask = this.#places.length - 1
    let place = print & mask
    while (this.#places[place] !== 0 && this.#places[place] !== print) place = (place + 1) & mask
    return place
  }

  #grow(): void {
    const old = this.#places
    this.#places = new Float64Array(old.length * 2)
    this.size = 0
    for (const print of old) if (print !== 0) this.add(print)
  }
}
