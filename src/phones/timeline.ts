import type { Clock } from '../lib/clock.ts'
import { withoutSecrets } from '../sip/message/without-secrets.ts'
import type { SipMessageEvent } from '../sip/user-agent.types.ts'
import type { PhoneCallRecord, TimelineEntry, TimelineNews } from './phone-call-record.ts'

/** A far end that floods the line with messages or keys fills no memory. */
export const mostEntries = 500

/** Writes what happens into the record of a call, and tells it on. */
export class Timeline {
  readonly #record: PhoneCallRecord
  readonly #clock: Clock
  readonly #tell: (entry: TimelineEntry) => void

  constructor(record: PhoneCallRecord, clock: Clock, tell: (entry: TimelineEntry) => void) {
    this.#record = record
    this.#clock = clock
    this.#tell = tell
  }

  /** @param at wall time, milliseconds; now unless told */
  add(news: TimelineNews, at: number = this.#clock.now()): void {
    if (this.#record.timeline.length >= mostEntries) {
      this.#record.timelineLeftOut = (this.#record.timelineLeftOut ?? 0) + 1
      return
    }
    const entry = { at, ...news }
    this.#record.timeline.push(entry)
    this.#tell(entry)
  }

  addMessage(event: SipMessageEvent): void {
    const { at, direction, transport, remote, summary } = event
    const text = withoutSecrets(event.text())
    this.add({ kind: 'sip', direction, transport, remote: `${remote.host}:${remote.port}`, summary, text }, at)
  }
}
