const cycle = 0x1_0000
/** Packets this far behind the newest are too old to be told from repeated ones (RFC 3711 §3.3.2 asks for 64 at least). */
const windowPackets = 128

/**
 * Which packet of a stream a sequence number means: rollover counter · 65536 + number (RFC 3711 §3.3.1), and whether it
 * was there before (§3.3.2). A guess changes nothing; only what turned out to be authentic is accepted.
 */
export class PacketIndex {
  #highest = -1
  readonly #seen = new Float64Array(windowPackets).fill(-1)

  /** Whether nothing was accepted yet. */
  get isNew(): boolean {
    return this.#highest < 0
  }

  /** The index that is nearest to the newest one (§3.3.1, appendix A). */
  guess(sequence: number): number {
    if (this.#highest < 0) return sequence
    const rollovers = Math.floor(this.#highest / cycle)
    const ahead = sequence - (this.#highest % cycle)
    if (ahead > cycle / 2 && rollovers > 0) return (rollovers - 1) * cycle + sequence
    if (ahead < -cycle / 2) return (rollovers + 1) * cycle + sequence
    return rollovers * cycle + sequence
  }

  /** Whether a packet with this index came before, or is too old to tell. */
  isReplay(index: number): boolean {
    return index <= this.#highest - windowPackets || this.#seen[index % windowPackets] === index
  }

  /** Notes an authentic packet. */
  accept(index: number): void {
    this.#seen[index % windowPackets] = index
    this.#highest = Math.max(this.#highest, index)
  }
}
