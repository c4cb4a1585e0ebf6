import { KeyPace } from './key-pace.ts'
import { keys } from './keys.ts'
import { parseTelephoneEvent } from './telephone-event.ts'

/** Without news for this long a key counts as released: its end packets were lost. Updates come every 20 … 50 ms. */
const releasedAfterMs = 200
/** §2.5.1.3: the longest duration one timestamp can carry; a longer press goes on as a new segment. */
const segmentUnits = 0xffff

interface HeldKey {
  key: string
  /** RTP timestamp of the press, or of its present segment. */
  timestamp: number
  /** Units of the segments before this. */
  earlierUnits: number
  units: number
  lastAtMs: number
}

/**
 * Keys of the far end out of RFC 4733 packets: one `onKey` per press, however many updates and repeated ends came, in
 * whatever order. A press is told by its timestamp. `onKey` comes with the first end packet; when all of those are
 * lost, with the next press or after 200 ms of quiet.
 */
export class EventReceiver {
  readonly #onKey: (key: string, durationMs: number) => void
  readonly #onDown: (key: string) => void
  #held: HeldKey | undefined
  /** Timestamp of the last press that was told: what is not after it is old news. */
  #toldTimestamp: number | undefined
  readonly #pace = new KeyPace()

  /**
   * @param onKey a press is over
   * @param onDown a press begins: with the first packet of it that arrives
   */
  constructor(onKey: (key: string, durationMs: number) => void, onDown: (key: string) => void = () => {}) {
    this.#onKey = onKey
    this.#onDown = onDown
  }

  /** Takes a telephone-event payload with the timestamp of its packet. Events that are no keys are passed over. */
  receive(timestamp: number, payload: Buffer, nowMs: number): void {
    const event = parseTelephoneEvent(payload)
    const key = event === undefined ? undefined : keys[event.event]
    if (event === undefined || key === undefined || this.#isTold(timestamp)) return
    const held = this.#held
    if (held === undefined || held.key !== key || held.timestamp !== timestamp) {
      if (held !== undefined && ((timestamp - held.timestamp) | 0) < 0) return
      const earlierUnits = this.#earlierSegments(key, timestamp)
      if (earlierUnits === 0 && !this.#pace.takes(nowMs)) return
      if (earlierUnits === 0) this.#release()
      this.#held = { key, timestamp, earlierUnits, units: event.duration, lastAtMs: nowMs }
      if (earlierUnits === 0) this.#onDown(key)
    } else {
      held.units = Math.max(held.units, event.duration)
      held.lastAtMs = nowMs
    }
    if (event.isEnd) this.#release()
  }

  /** Whether a key is down. */
  get isHeld(): boolean {
    return this.#held !== undefined
  }

  /** Lets time pass: tells a press whose end never came. */
  tick(nowMs: number): void {
    if (this.#held !== undefined && nowMs - this.#held.lastAtMs >= releasedAfterMs) this.#release()
  }

  /** A new source begins: its timestamps have nothing to do with those before. */
  restart(): void {
    this.#release()
    this.#toldTimestamp = undefined
  }

  #isTold(timestamp: number): boolean {
    return this.#toldTimestamp !== undefined && ((timestamp - this.#toldTimestamp) | 0) <= 0
  }

  /** §2.5.1.3: the same key whose timestamp is exactly the end of a full segment is the same press. */
  #earlierSegments(key: string, timestamp: number): number {
    const held = this.#held
    if (held === undefined || held.key !== key || held.units < segmentUnits - 0x0fff) return 0
    return (held.timestamp + segmentUnits) >>> 0 === timestamp ? held.earlierUnits + segmentUnits : 0
  }

  #release(): void {
    const held = this.#held
    if (held === undefined) return
    this.#held = undefined
    this.#toldTimestamp = held.timestamp
    this.#onKey(held.key, Math.round((held.earlierUnits + held.units) / 8))
  }
}
