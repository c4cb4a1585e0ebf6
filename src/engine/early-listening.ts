import type { EarlyMediaFinding } from '../domain/call/early-media.ts'
import type { Log } from '../lib/log.ts'
import type { Leg, NetworkEar, NetworkHearing } from './ports.ts'

/** What listening needs. */
export interface EarlyListeningParts {
  readonly callId: string
  /** `undefined`: nobody listens. */
  readonly ear: NetworkEar | undefined
  readonly log: Log
  /** An announcement was recognised: it says what the network's own answer will say later, or never. */
  readonly onAnnouncement: () => void
}

/**
 * Listens to what the network plays on a leg, from its first early media until `end`, which must be called when the leg
 * is answered or has ended.
 */
export class EarlyListening {
  readonly #leg: Leg
  readonly #parts: EarlyListeningParts
  #hearing: NetworkHearing | undefined
  #finding: EarlyMediaFinding | undefined
  #stop: (() => void) | undefined
  #isOver = false
  #begin: () => void = () => {}

  constructor(leg: Leg, parts: EarlyListeningParts) {
    this.#leg = leg
    this.#parts = parts
    const { ear } = parts
    if (ear === undefined) return
    this.#begin = () => this.#listen(ear)
    leg.once('earlyMedia', this.#begin)
  }

  /** Stops listening. @returns what was heard; `undefined`: nothing, or nothing but ringing */
  end(): EarlyMediaFinding | undefined {
    if (this.#isOver) return this.#finding
    this.#isOver = true
    this.#leg.off('earlyMedia', this.#begin)
    this.#stop?.()
    const atEnd = this.#hearing?.end()
    this.#finding ??= atEnd
    return this.#finding
  }

  async #listen(ear: NetworkEar): Promise<void> {
    const { callId, log } = this.#parts
    try {
      const hearing = ear.begin(callId, (finding) => this.#found(finding))
      this.#hearing = hearing
      const stop = await this.#leg.listen((pcm) => {
        if (!this.#isOver) hearing.hear(pcm)
      })
      if (this.#isOver) stop()
      else this.#stop = stop
    } catch (error) {
      // The call goes on without: what the network means it also says in SIP.
      log.warn({ callId, err: error }, 'early media could not be listened to')
    }
  }

  #found(finding: EarlyMediaFinding): void {
    this.#finding = finding
    if (finding.kind === 'announcement' && !this.#isOver) this.#parts.onAnnouncement()
  }
}
