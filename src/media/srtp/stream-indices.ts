import { PacketIndex } from './packet-index.ts'

/** A call has one source at a time; each transfer or restart brings another. */
const mostSources = 16

/** The packet indices of each source (SSRC) of a direction (RFC 3711 §3.2.3). */
export class StreamIndices {
  readonly #bySource = new Map<number, PacketIndex>()

  /** That of a source; of one that was not accepted before a fresh one. */
  of(ssrc: number): PacketIndex {
    return this.#bySource.get(ssrc) ?? new PacketIndex()
  }

  /** Notes an authentic packet. The source that was known first is forgotten when there are too many. */
  accept(ssrc: number, index: PacketIndex, value: number): void {
    index.accept(value)
    if (this.#bySource.has(ssrc)) return
    this.#bySource.set(ssrc, index)
    const [first] = this.#bySource.keys()
    if (this.#bySource.size > mostSources && first !== undefined) this.#bySource.delete(first)
  }
}
