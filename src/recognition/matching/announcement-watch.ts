import type { CallOutcome } from '../../domain/call/call-outcome.ts'
import { type Announcement, announcementClasses } from '../announcement.ts'
import { framesPerStreamFrame, streamFramesBack } from '../fingerprint/fingerprint.ts'
import { StreamPrints } from '../fingerprint/stream-prints.ts'
import type { IndexedAnnouncement, PrintIndex } from './print-index.ts'
import { type RecentFrames, type Resemblance, traceBack } from './trace-back.ts'
import { confidenceIn } from './verdict.ts'

/** An announcement that was recognised. */
export interface HeardAnnouncement {
  readonly announcement: Announcement
  readonly outcome: CallOutcome
  /** 0 to 1. */
  readonly confidence: number
}

/** The library is searched each sixth frame, 192 ms. */
const searchEvery = 6
/** Ten seconds of frames: evidence reaches no further back, and counts no longer against another recording. */
const rememberedFrames = 312

/** Listens to one stream for the announcements of an index. */
export class AnnouncementWatch {
  readonly #index: PrintIndex
  readonly #onHeard: (heard: HeardAnnouncement) => void
  readonly #onResemblance: ((known: IndexedAnnouncement, found: Resemblance) => void) | undefined
  readonly #prints: StreamPrints
  readonly #recent = new FrameRing(rememberedFrames)
  readonly #best = new Map<IndexedAnnouncement, { evidence: number; frame: number }>()
  #frame = 0

  /** @param onResemblance hears of every resemblance, certain or not */
  constructor(
    index: PrintIndex,
    onHeard: (heard: HeardAnnouncement) => void,
    onResemblance?: (known: IndexedAnnouncement, found: Resemblance) => void,
  ) {
    this.#index = index
    this.#onHeard = onHeard
    this.#onResemblance = onResemblance
    this.#prints = new StreamPrints((bits) => this.#next(bits))
  }

  /** 8 kHz, any length. */
  hear(pcm: Int16Array): void {
    this.#prints.hear(pcm)
  }

  #next(bits: number | undefined): void {
    this.#recent.push(bits)
    this.#frame++
    if (this.#frame % searchEvery !== 0) return
    const before = this.#recent.at(streamFramesBack)
    if (bits === undefined || before === undefined) return
    const now = new Map<IndexedAnnouncement, Resemblance>()
    this.#index.seeds(bits, before, streamFramesBack * framesPerStreamFrame, ({ known, frame }) => {
      const found = traceBack(this.#recent, known.print, frame)
      if (found.evidence > (now.get(known)?.evidence ?? 0)) now.set(known, found)
    })
    for (const [known, found] of now) {
      this.#remember(known, found.evidence)
      this.#onResemblance?.(known, found)
    }
    const [likeliest] = [...now].sort(([, a], [, b]) => b.evidence - a.evidence)
    if (likeliest === undefined) return
    const [known, found] = likeliest
    const confidence = confidenceIn(known, found, this.#rivalOf(known))
    if (confidence === undefined) return
    const { announcement } = known
    this.#onHeard({ announcement, outcome: announcementClasses[announcement.class].outcome, confidence })
  }

  #remember(known: IndexedAnnouncement, evidence: number): void {
    const had = this.#best.get(known)
    if (had !== undefined && this.#counts(had) && had.evidence > evidence) return
    this.#best.set(known, { evidence, frame: this.#frame })
  }

  /** The best recent evidence for a recording that means something else. */
  #rivalOf(known: IndexedAnnouncement): number {
    let best = 0
    for (const [other, had] of this.#best) {
      if (other.announcement.class !== known.announcement.class && this.#counts(had))
        best = Math.max(best, had.evidence)
    }
    return best
  }

  #counts({ frame }: { frame: number }): boolean {
    return frame > this.#frame - rememberedFrames
  }
}

/** The last frames of a stream, in bounded memory. */
class FrameRing implements RecentFrames {
  readonly #frames: (number | undefined)[]
  #count = 0

  constructor(most: number) {
    this.#frames = new Array<number | undefined>(most).fill(undefined)
  }

  get length(): number {
    return Math.min(this.#count, this.#frames.length)
  }

  push(bits: number | undefined): void {
    this.#frames[this.#count++ % this.#frames.length] = bits
  }

  at(back: number): number | undefined {
    return this.#frames[(this.#count - 1 - back) % this.#frames.length]
  }
}
