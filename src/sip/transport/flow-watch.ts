import type { Clock, Timer } from '../../lib/clock.ts'

/** How long a far end that answers pings may take, milliseconds (RFC 5626 §4.4.1). */
const pongMs = 10_000

const ping = Buffer.from('\r\n\r\n')

/**
 * Keeps one connection alive by line breaks for whoever holds it (RFC 5626 §3.5.1), and notices that its far end is gone. Not
 * every far end answers a ping: one that never did may stay silent, one that did must go on answering.
 */
export class FlowWatch {
  readonly #clock: Clock
  readonly #line: { send: (bytes: Buffer) => void; dead: () => void }
  readonly #holders = new Set<{ everyMs: number; lost: () => void }>()
  #timer: Timer | undefined
  #isPingOpen = false
  #isAnswering = false

  constructor(clock: Clock, line: { send: (bytes: Buffer) => void; dead: () => void }) {
    this.#clock = clock
    this.#line = line
  }

  get isHeld(): boolean {
    return this.#holders.size > 0
  }

  /** Pings from now on, at the shortest interval that any holder asks for. @returns how to stop */
  hold(everyMs: number, lost: () => void): () => void {
    const holder = { everyMs, lost }
    this.#holders.add(holder)
    this.#restart()
    return () => {
      this.#holders.delete(holder)
      this.#restart()
    }
  }

  /** Something arrived: the far end is there. @param takePong takes a line break out of the stream, if one came */
  heard(takePong: () => boolean): void {
    if (!this.#isPingOpen) return
    if (takePong()) this.#isAnswering = true
    this.#isPingOpen = false
    this.#restart()
  }

  /** The connection is closed. */
  lost(): void {
    this.#timer?.cancel()
    const holders = [...this.#holders]
    this.#holders.clear()
    for (const { lost } of holders) lost()
  }

  #restart(): void {
    this.#timer?.cancel()
    if (this.#holders.size === 0) return
    const everyMs = Math.min(...[...this.#holders].map((holder) => holder.everyMs))
    this.#timer = this.#clock.after(everyMs, () => this.#ping())
  }

  #ping(): void {
    this.#isPingOpen = true
    this.#line.send(ping)
    if (!this.#isAnswering) this.#restart()
    else this.#timer = this.#clock.after(pongMs, () => this.#line.dead())
  }
}
