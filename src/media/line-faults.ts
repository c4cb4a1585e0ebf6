import type { Clock, Timer } from '../lib/clock.ts'
import type { LineFaults } from './media.ts'

/** How much later a packet leaves that is to be overtaken: behind its successor, before the one after. */
const overtakenMs = 30

/** Passes a packet on; the packet may be reused by the caller when it returns. */
export type SendPacket = (packet: Buffer) => void

/**
 * A bad line in front of a socket: what it does to each packet is drawn from `random`, so that a seeded source (see
 * {@link seededRandom}) gives the same losses in every run. Delayed packets keep their order, but for those that
 * `reorder` picks. Packets sent at once are passed on synchronously; delayed ones are copied.
 */
export class FaultyLine {
  readonly #faults: LineFaults
  readonly #clock: Clock
  readonly #random: () => number
  readonly #timers = new Set<Timer>()
  #lastDueMs = 0

  constructor(faults: LineFaults, clock: Clock, random: () => number = seededRandom(faults.seed)) {
    this.#faults = faults
    this.#clock = clock
    this.#random = random
  }

  /** Sends a packet over the line: never, once, or twice, now or later. */
  send(packet: Buffer, pass: SendPacket): void {
    const { mute = false, loss = 0, duplicate = 0, reorder = 0, delayMs = 0, jitterMs = 0 } = this.#faults
    if (mute || this.#happens(loss)) return
    const isOvertaken = this.#happens(reorder)
    const copies = this.#happens(duplicate) ? 2 : 1
    const now = this.#clock.monotonicMs()
    const wanted = now + delayMs + (jitterMs > 0 ? this.#random() * jitterMs : 0)
    // A queue keeps its order: a quick packet behind a slow one waits for it.
    const due = Math.max(wanted, this.#lastDueMs)
    if (!isOvertaken) this.#lastDueMs = due
    for (let copy = 0; copy < copies; copy++) this.#passAt(isOvertaken ? due + overtakenMs : due, now, packet, pass)
  }

  /** Drops what is still under way. */
  close(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random() < share
  }

  #passAt(due: number, now: number, packet: Buffer, pass: SendPacket): void {
    if (due <= now) {
      pass(packet)
      return
    }
    const copy = Buffer.from(packet)
    const timer = this.#clock.after(due - now, () => {
      this.#timers.delete(timer)
      pass(copy)
    })
    this.#timers.add(timer)
  }
}

/** Numbers 0 … 1 that look random (mulberry32): the same for the same seed, others without one. */
export function seededRandom(seed?: number): () => number {
  if (seed === undefined) return Math.random
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}
