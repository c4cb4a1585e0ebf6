import type { EarlyMediaFinding, NetworkHearing } from '../engine/ports.ts'
import { nameOf } from './announcement.ts'
import { AnnouncementWatch } from './matching/announcement-watch.ts'
import type { PrintIndex } from './matching/print-index.ts'
import { CadenceWatch } from './tones/cadence.ts'
import type { TonePlan } from './tones/tone-plan.ts'

/** Sound of another kind than ringback that is too short to be called something: clicks, the end of a tone. */
const somethingMs = 500

/** One call before its answer: tones and announcements, whichever is certain first. */
export class Hearing implements NetworkHearing {
  readonly #tones: CadenceWatch
  readonly #announcements: AnnouncementWatch
  readonly #onFinding: (finding: EarlyMediaFinding) => void
  #finding: EarlyMediaFinding | undefined
  #ended = false

  constructor(plan: TonePlan, index: PrintIndex, onFinding: (finding: EarlyMediaFinding) => void) {
    this.#onFinding = onFinding
    this.#tones = new CadenceWatch(plan, ({ signal, confidence }) => {
      if (signal.outcome !== undefined) {
        this.#found({ kind: 'tone', outcome: signal.outcome, what: signal.name, confidence })
      }
    })
    this.#announcements = new AnnouncementWatch(index, ({ announcement, outcome, confidence }) =>
      this.#found({ kind: 'announcement', outcome, what: nameOf(announcement), confidence }),
    )
  }

  hear(pcm: Int16Array): void {
    if (this.#isOver) return
    this.#tones.hear(pcm)
    if (!this.#isOver) this.#announcements.hear(pcm)
  }

  end(): EarlyMediaFinding | undefined {
    this.#ended = true
    if (this.#finding !== undefined) return this.#finding
    return this.#tones.foreignMs >= somethingMs ? { kind: 'unrecognised' } : undefined
  }

  get #isOver(): boolean {
    return this.#ended || this.#finding !== undefined
  }

  #found(finding: EarlyMediaFinding): void {
    if (this.#isOver) return
    this.#finding = finding
    this.#onFinding(finding)
  }
}
