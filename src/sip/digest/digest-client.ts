import { newCnonce } from '../message/identifiers.ts'
import type { SipResponse } from '../message/message.ts'
import type { Credentials } from '../user-agent.types.ts'
import { type DigestFields, formatDigest, parseDigest } from './digest-fields.ts'
import { digestResponse, knowsAlgorithm } from './digest-response.ts'

/** More challenges in a row than any honest pair of proxy and server needs. */
const mostChallenges = 4

/** Nonces that are remembered: a registration goes on for months. */
const mostNonces = 64

interface Answerable {
  challenge: DigestFields
  /** `authorization` for a server, `proxy-authorization` for a proxy. */
  header: string
  /** How often the nonce was used: `nc`. */
  uses: number
}

/** Answers the challenges of one call (RFC 3261 §22): remembers them, so that later requests carry credentials at once. */
export class DigestClient {
  readonly #credentials: Credentials
  readonly #byRealm = new Map<string, Answerable>()
  readonly #seenNonces = new Set<string>()
  #inARow = 0

  constructor(credentials: Credentials) {
    this.#credentials = credentials
  }

  /**
   * Takes a 401 or 407.
   *
   * @param mayAnswer whether a realm is one that the credentials are for
   * @returns whether trying again makes sense: a known algorithm, a nonce that was not answered before, and a password that
   *   was not refused a moment ago
   */
  challenged(response: SipResponse, mayAnswer: (realm: string) => boolean = () => true): boolean {
    this.#inARow++
    if (this.#inARow > mostChallenges) return false
    const isProxy = response.status === 407
    const lines = response.headers.all(isProxy ? 'proxy-authenticate' : 'www-authenticate')
    // RFC 8760 §2.4: the topmost challenge with a known algorithm; per realm, since each realm wants its own answer.
    const realms = new Set<string>()
    let isNew = false
    for (const challenge of lines.flatMap((line) => parseDigest(line) ?? [])) {
      const realm = `${isProxy} ${challenge.get('realm')}`
      const nonce = `${realm} ${challenge.get('nonce')}`
      if (realms.has(realm) || !isAnswerable(challenge) || !mayAnswer(challenge.get('realm') ?? '')) continue
      realms.add(realm)
      if (this.#seenNonces.has(nonce) || this.#isRefused(realm, challenge)) continue
      this.#remember(nonce)
      const header = isProxy ? 'proxy-authorization' : 'authorization'
      this.#byRealm.set(realm, { challenge, header, uses: 0 })
      isNew = true
    }
    return isNew
  }

  #remember(nonce: string): void {
    const [oldest] = this.#seenNonces
    if (this.#seenNonces.size >= mostNonces && oldest !== undefined) this.#seenNonces.delete(oldest)
    this.#seenNonces.add(nonce)
  }

  /**
   * RFC 3261 §22.2: credentials that were just refused are not tried again, unless only their nonce was too old. The first
   * challenge of a request gets the benefit of the doubt: some servers renew their nonces without a word.
   */
  #isRefused(realm: string, challenge: DigestFields): boolean {
    const isStale = challenge.get('stale')?.toLowerCase() === 'true'
    return this.#inARow > 1 && this.#byRealm.has(realm) && !isStale
  }

  /** An answer other than a challenge came: the next challenge is the first in a row again. */
  accepted(): void {
    this.#inARow = 0
  }

  /** The headers that a request to that URI must carry, one for each realm that asked. */
  headersFor(method: string, uri: string): [name: string, value: string][] {
    return [...this.#byRealm.values()].map((known) => {
      known.uses++
      return [known.header, formatDigest(this.#answer(known, method, uri), 'credentials')]
    })
  }

  #answer({ challenge, uses }: Answerable, method: string, uri: string): DigestFields {
    const fields: DigestFields = new Map()
    fields.set('username', this.#credentials.username)
    for (const name of ['realm', 'nonce']) fields.set(name, challenge.get(name) ?? '')
    fields.set('uri', uri)
    for (const name of ['algorithm', 'opaque']) {
      const value = challenge.get(name)
      if (value !== undefined) fields.set(name, value)
    }
    if (challenge.has('qop')) {
      fields.set('qop', 'auth')
      fields.set('nc', uses.toString(16).padStart(8, '0'))
    }
    const isSession = challenge.get('algorithm')?.toLowerCase().endsWith('-sess') === true
    if (challenge.has('qop') || isSession) fields.set('cnonce', newCnonce())
    fields.set('response', digestResponse(fields, this.#credentials, method))
    return fields
  }
}

function isAnswerable(challenge: DigestFields): boolean {
  if (!challenge.has('realm') || !challenge.has('nonce') || !knowsAlgorithm(challenge.get('algorithm'))) return false
  const qop = challenge.get('qop')
  return qop === undefined || qop.split(',').some((word) => word.trim().toLowerCase() === 'auth')
}
