import { ReceptionStatistics, type Sequencing } from './reception-statistics.ts'

/**
 * Which SSRC is heard, and what came of it over all SSRCs of the session. The source may change in a call (a media
 * server puts someone else through): a new SSRC is heard from its second packet in a row on, so that a stray packet or
 * two streams at once do not take the line back and forth.
 */
export class StreamSource {
  #current: ReceptionStatistics | undefined
  #candidate: number | undefined
  #expectsAnother = false
  #receivedBefore = 0
  #lostBefore = 0
  #jitterBefore = { maxMs: 0, sumMs: 0, count: 0 }

  /** Statistics of the present SSRC. */
  get statistics(): ReceptionStatistics | undefined {
    return this.#current
  }

  get packetsReceived(): number {
    return this.#receivedBefore + (this.#current?.packetsReceived ?? 0)
  }

  get packetsLost(): number {
    return this.#lostBefore + (this.#current?.packetsLost ?? 0)
  }

  get jitterMs(): number {
    return this.#current?.jitterMs ?? 0
  }

  /** The jitter estimate of §6.4.1 over the whole session, milliseconds. */
  get jitterMaxMs(): number {
    return this.#jitter.maxMs
  }

  get jitterMeanMs(): number {
    const { sumMs, count } = this.#jitter
    return count === 0 ? 0 : sumMs / count
  }

  get #jitter(): { maxMs: number; sumMs: number; count: number } {
    const before = this.#jitterBefore
    const now = this.#current?.jitterRange
    if (now === undefined) return before
    return {
      maxMs: Math.max(before.maxMs, now.maxMs),
      sumMs: before.sumMs + now.sumMs,
      count: before.count + now.count,
    }
  }

  /** The far end was negotiated anew: another SSRC is heard from its first packet on. */
  expectAnother(): void {
    this.#expectsAnother = true
  }

  /** Judges a packet. `stranger`: of an SSRC that is not (yet) heard; `new source`: this packet changes to its SSRC. */
  arrive(ssrc: number, sequence: number): Sequencing | 'stranger' | 'new source' {
    if (this.#current?.ssrc === ssrc) {
      this.#candidate = undefined
      this.#expectsAnother = false
      return this.#current.arrive(sequence)
    }
    if (this.#current !== undefined && this.#candidate !== ssrc && !this.#expectsAnother) {
      this.#candidate = ssrc
      return 'stranger'
    }
    this.#receivedBefore = this.packetsReceived
    this.#lostBefore = this.packetsLost
    this.#jitterBefore = this.#jitter
    this.#candidate = undefined
    this.#expectsAnother = false
    this.#current = new ReceptionStatistics(ssrc, sequence)
    this.#current.arrive(sequence)
    return 'new source'
  }
}
