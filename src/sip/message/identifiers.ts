import { randomFillSync } from 'node:crypto'

// One call to the random source fills many identifiers: it costs as much for 4096 bytes as for 8.
const pool = Buffer.alloc(4096)
let used = pool.length

/** Random bytes in hex. */
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const text = pool.toString('hex', used, used + bytes)
  used += bytes
  return text
}

/** RFC 3261 §8.1.1.7: a branch that begins with this was made by an RFC 3261 element and is unique. */
export const branchCookie = 'z9hG4bK'

/** A branch parameter, unique across space and time. */
export function newBranch(): string {
  return branchCookie + randomHex(10)
}

/** A From or To tag: at least 32 bits of randomness (RFC 3261 §19.3). */
export function newTag(): string {
  return randomHex(6)
}

/** A client nonce for digest. */
export function newCnonce(): string {
  return randomHex(8)
}

/**
 * A Call-ID (RFC 3261 §8.1.1.4): `prefix-random@host`. Characters of the prefix that a `word` cannot hold become dots.
 */
export function newCallId(prefix: string | undefined, host: string): string {
  const word = (prefix ?? '').replace(/[^A-Za-z0-9\-.!%*_+`'~()<>:\\"/[\]?{}]/g, '.')
  return `${word === '' ? '' : `${word}-`}${randomHex(12)}@${host}`
}
