import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import type { Credentials } from '../user-agent.types.ts'
import { type DigestFields, formatDigest, parseDigest } from './digest-fields.ts'
import { digestResponse } from './digest-response.ts'

/**
 * `accepted`; `missing`: no credentials for this realm; `stale`: right, but the nonce is too old or its count was used before;
 * `wrong`: anything else.
 */
export type DigestVerdict = 'accepted' | 'missing' | 'stale' | 'wrong'

export interface DigestVerifierOptions {
  realm: string
  clock: Clock
  /** Offered in this order (RFC 8760 §2.3); SHA-256 and MD5 unless said otherwise. */
  algorithms?: readonly ('MD5' | 'SHA-256')[]
  /** How long a nonce may be used, milliseconds; a minute unless said otherwise. */
  nonceMs?: number
}

/** The asking side of digest (RFC 7616, RFC 3261 §22): for phones and peers that want to know who calls. */
export class DigestVerifier {
  readonly #options: DigestVerifierOptions
  readonly #algorithms: readonly string[]
  readonly #nonceMs: number
  readonly #secret = randomBytes(32)
  /** Highest `nc` seen for each nonce that is still good: a repeated one is a replay (RFC 7616 §3.4). */
  readonly #counts = new Map<string, number>()

  constructor(options: DigestVerifierOptions) {
    this.#options = options
    this.#algorithms = options.algorithms ?? ['SHA-256', 'MD5']
    this.#nonceMs = options.nonceMs ?? 60_000
  }

  /** Values for WWW-Authenticate (or Proxy-Authenticate), one for each algorithm, strongest first. */
  challenges(verdict: DigestVerdict = 'missing'): string[] {
    const nonce = this.#nonce(this.#options.clock.now())
    return this.#algorithms.map((algorithm) => {
      const fields: DigestFields = new Map([
        ['realm', this.#options.realm],
        ['nonce', nonce],
        ['algorithm', algorithm],
        ['qop', 'auth'],
      ])
      if (verdict === 'stale') fields.set('stale', 'true')
      return formatDigest(fields, 'challenge')
    })
  }

  /** Judges the value of an Authorization header of a request with that method. */
  verify(authorization: string | undefined, method: string, expected: Credentials): DigestVerdict {
    const fields = parseDigest(authorization ?? '')
    if (fields === undefined || fields.get('realm') !== this.#options.realm) return 'missing'
    const nonce = fields.get('nonce') ?? ''
    const issuedAt = Number.parseInt(nonce, 16)
    if (!Number.isFinite(issuedAt) || nonce !== this.#nonce(issuedAt)) return 'stale'
    if (fields.get('username') !== expected.username || fields.get('qop') !== 'auth') return 'wrong'
    if (!this.#algorithms.includes(fields.get('algorithm') ?? 'MD5')) return 'wrong'
    if (!isEqual(fields.get('response') ?? '', digestResponse(fields, expected, method))) return 'wrong'
    if (this.#options.clock.now() - issuedAt > this.#nonceMs) return 'stale'
    return this.#isReplay(nonce, fields.get('nc') ?? '') ? 'stale' : 'accepted'
  }

  /** A nonce says when it was issued and that it was issued here. */
  #nonce(at: number): string {
    const time = at.toString(16)
    return `${time}-${createHmac('sha256', this.#secret).update(time).digest('hex').slice(0, 32)}`
  }

  #isReplay(nonce: string, nc: string): boolean {
    const count = Number.parseInt(nc, 16)
    const last = this.#counts.get(nonce) ?? 0
    if (!(count > last)) return true
    this.#counts.set(nonce, count)
    const oldest = this.#options.clock.now() - this.#nonceMs
    for (const known of this.#counts.keys()) {
      if (Number.parseInt(known, 16) >= oldest) break
      this.#counts.delete(known)
    }
    return false
  }
}

function isEqual(one: string, other: string): boolean {
  const [here, there] = [Buffer.from(one), Buffer.from(other)]
  return here.length === there.length && timingSafeEqual(here, there)
}
