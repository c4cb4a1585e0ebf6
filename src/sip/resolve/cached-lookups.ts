import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { DnsAnswer, DnsLookups } from './dns-lookups.ts'

/** Names that are remembered at once. */
const mostAnswers = 1000
/** No answer is believed longer, seconds, whatever it says. */
const mostSeconds = 3600
/** An answer that has run out still counts while nobody can say anything newer, milliseconds: calls go on. */
const staleMs = 3_600_000

interface Kept<Record> {
  answer: DnsAnswer<Record>
  expiresAtMs: number
}

/** Remembers answers for as long as they hold; asks once for all who wait. */
export function cachedLookups(dns: DnsLookups, tools: { clock: Clock; log: Log }): DnsLookups {
  const naptr = new AnswerCache(dns.naptr, tools)
  const srv = new AnswerCache(dns.srv, tools)
  const ipv4 = new AnswerCache((name) => dns.addresses(name, 4), tools)
  const ipv6 = new AnswerCache((name) => dns.addresses(name, 6), tools)
  return {
    naptr: (name) => naptr.get(name),
    srv: (name) => srv.get(name),
    addresses: (name, family) => (family === 4 ? ipv4 : ipv6).get(name),
  }
}

class AnswerCache<Record> {
  readonly #ask: (name: string) => Promise<DnsAnswer<Record>>
  readonly #tools: { clock: Clock; log: Log }
  readonly #kept = new Map<string, Kept<Record>>()
  readonly #asking = new Map<string, Promise<DnsAnswer<Record>>>()

  constructor(ask: (name: string) => Promise<DnsAnswer<Record>>, tools: { clock: Clock; log: Log }) {
    this.#ask = ask
    this.#tools = tools
  }

  async get(name: string): Promise<DnsAnswer<Record>> {
    const kept = this.#kept.get(name)
    if (kept !== undefined && kept.expiresAtMs > this.#tools.clock.monotonicMs()) return kept.answer
    const asking = this.#asking.get(name) ?? this.#refresh(name, kept)
    this.#asking.set(name, asking)
    return asking
  }

  async #refresh(name: string, kept: Kept<Record> | undefined): Promise<DnsAnswer<Record>> {
    const { clock, log } = this.#tools
    try {
      const answer = await this.#ask(name)
      this.#keep(name, answer)
      return answer
    } catch (error) {
      if (kept === undefined || kept.expiresAtMs + staleMs < clock.monotonicMs()) throw error
      log.warn({ name, err: String(error) }, 'sip: a name could not be looked up; the last answer is used')
      return kept.answer
    } finally {
      this.#asking.delete(name)
    }
  }

  #keep(name: string, answer: DnsAnswer<Record>): void {
    const seconds = Math.min(mostSeconds, Math.max(1, answer.ttlSeconds))
    const [oldest] = this.#kept.keys()
    this.#kept.delete(name)
    if (this.#kept.size >= mostAnswers && oldest !== undefined) this.#kept.delete(oldest)
    this.#kept.set(name, { answer, expiresAtMs: this.#tools.clock.monotonicMs() + seconds * 1000 })
  }
}
