/** §A.1: a jump ahead of more than this many packets is a new start of the source, not loss. */
const maxDropout = 3000
/** §A.1: a packet this far behind is old, not a new start. */
const maxMisorder = 100
const sequenceCycle = 0x10000

/** Two seconds: no network delays a packet so much more than the one before. A timestamp that wrapped, or stood in a pause. */
const mostTransitChange = 16_000
/** Units of the jitter estimate in a millisecond: sixteenths of 1/8000 s. */
const jitterPerMs = 16 * 8
/** How many packets back a duplicate is told from a late packet. */
const historyPackets = 128

/**
 * What a sequence number says: `next` and `reordered` packets are new; a `duplicate` came before (or is too old to
 * tell); a `jump` is far from all others and counts only once its successor confirms that the source started anew.
 */
export type Sequencing = 'next' | 'reordered' | 'duplicate' | 'jump'

/**
 * What one receiver counts of one source: RFC 3550 §6.4.1 and §A.1, §A.3, §A.8. One instance per SSRC. Sequence
 * numbers are kept extended (§6.4.1): cycles · 65536 + the number on the wire.
 */
export class ReceptionStatistics {
  readonly ssrc: number
  #base: number
  #highest: number
  #received = 0
  #unique = 0
  /** From before the source started anew. */
  #receivedBefore = 0
  #lostBefore = 0
  /** The extended numbers that arrived last, each at its own place. */
  readonly #arrived = new Int32Array(historyPackets).fill(-1)
  /** The number that would confirm a new start (§A.1 bad_seq). */
  #confirming: number | undefined
  #hasTransit = false
  /** 1/8000 s, wraps. */
  #transit = 0
  /** In sixteenths of 1/8000 s, as are the two below. */
  #jitter = 0
  #jitterMax = 0
  #jitterSum = 0
  #jitterCount = 0
  #expectedPrior = 0
  #receivedPrior = 0

  /** @param firstSequence of the packet that made the source known; hand it to `arrive` as well */
  constructor(ssrc: number, firstSequence: number) {
    this.ssrc = ssrc
    this.#base = firstSequence
    this.#highest = firstSequence - 1
  }

  /** Counts a packet's sequence number (§A.1 update_seq). */
  arrive(sequence: number): Sequencing {
    const ahead = (sequence - this.#highest) & 0xffff
    if (ahead === 0) return this.#arriveBehind(this.#highest)
    if (ahead > sequenceCycle - maxMisorder) return this.#arriveBehind(this.#highest + ahead - sequenceCycle)
    if (ahead >= maxDropout) {
      if (sequence !== this.#confirming) {
        this.#confirming = (sequence + 1) & 0xffff
        return 'jump'
      }
      this.#restart(sequence)
    } else this.#highest += ahead
    this.#confirming = undefined
    this.#countNew(this.#highest)
    return 'next'
  }

  /** §A.8: the jitter estimate, from an audio packet's timestamp (1/8000 s) and its arrival. In integers, as there. */
  transit(timestamp: number, arrivalMs: number): void {
    const transit = (((arrivalMs * 8) | 0) - timestamp) | 0
    const change = Math.abs((transit - this.#transit) | 0)
    this.#transit = transit
    if (!this.#hasTransit) {
      this.#hasTransit = true
      return
    }
    if (change < mostTransitChange) this.#jitter += change - ((this.#jitter + 8) >> 4)
    if (this.#jitter > this.#jitterMax) this.#jitterMax = this.#jitter
    this.#jitterSum += this.#jitter
    this.#jitterCount++
  }

  /** §6.4.1 interarrival jitter, milliseconds. */
  get jitterMs(): number {
    return this.#jitter / jitterPerMs
  }

  /** The estimate over all packets so far, for the figures of a call. */
  get jitterRange(): { maxMs: number; sumMs: number; count: number } {
    return { maxMs: this.#jitterMax / jitterPerMs, sumMs: this.#jitterSum / jitterPerMs, count: this.#jitterCount }
  }

  /** Over all starts of the source; reports count from the last one, as §A.1 has it. */
  get packetsReceived(): number {
    return this.#receivedBefore + this.#received
  }

  /** Packets that never came: expected less those that came at least once. */
  get packetsLost(): number {
    return this.#lostBefore + Math.max(0, this.#expected - this.#unique)
  }

  /** The report block fields of §6.4.1 that this side knows; the fraction counts from the block before. */
  reportBlock(): { fractionLost: number; cumulativeLost: number; highestSequence: number; jitter: number } {
    const expected = this.#expected
    const expectedInterval = expected - this.#expectedPrior
    const lostInterval = expectedInterval - (this.#received - this.#receivedPrior)
    this.#expectedPrior = expected
    this.#receivedPrior = this.#received
    const fraction =
      expectedInterval === 0 || lostInterval <= 0 ? 0 : Math.floor((lostInterval * 256) / expectedInterval)
    // 24 bits, signed: duplicates make it negative (§A.3).
    const lost = Math.max(-0x80_0000, Math.min(0x7f_ffff, expected - this.#received))
    return {
      fractionLost: Math.min(255, fraction),
      cumulativeLost: lost,
      highestSequence: this.#highest >>> 0,
      jitter: Math.round(this.#jitter / 16),
    }
  }

  get #expected(): number {
    return this.#highest - this.#base + 1
  }

  #arriveBehind(extended: number): Sequencing {
    if (extended < this.#base || this.#highest - extended >= historyPackets || this.#hasArrived(extended)) {
      this.#received++
      return 'duplicate'
    }
    this.#countNew(extended)
    return 'reordered'
  }

  #hasArrived(extended: number): boolean {
    return this.#arrived[extended % historyPackets] === extended
  }

  #countNew(extended: number): void {
    this.#arrived[extended % historyPackets] = extended
    this.#received++
    this.#unique++
  }

  #restart(sequence: number): void {
    this.#lostBefore = this.packetsLost
    this.#receivedBefore = this.packetsReceived
    this.#base = sequence
    this.#highest = sequence
    this.#arrived.fill(-1)
    this.#received = 0
    this.#unique = 0
    this.#expectedPrior = 0
    this.#receivedPrior = 0
  }
}
