import type { EventEmitter } from 'node:events'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Media, RtpStatistics } from '../media/media.ts'
import type { SipUserAgent } from '../sip/user-agent.types.ts'
import type { HistoryLimits } from './call-history.ts'
import type { HeardReport } from './heard-report.ts'
import type { PhoneCallRecord, TimelineEntry } from './phone-call-record.ts'
import type { PhoneScript } from './phone-script.ts'
import type { Speak } from './phone-sounds.ts'
import type { SipTrace } from './sip-trace.ts'

export interface PhonesOptions {
  /** Every call that comes in here is a phone's. */
  readonly sip: SipUserAgent
  readonly media: Media
  /** Messages of the same user agent, for ladders: `makeSipTrace()`, given to the user agent first. */
  readonly trace: SipTrace
  /** The voice for `say` and for announcements; without it a script that speaks is refused. */
  readonly speak?: Speak
  /** Data folder of the node; the phones use `phones/` in it. */
  readonly dataDir: string
  readonly clock: Clock
  readonly log: Log
  /** How many calls are kept; see `historyLimits`. */
  readonly limits?: HistoryLimits
}

/**
 * The virtual phones of a node. Every number has one; it exists as soon as it is called. `number` is always digits
 * (`phoneNumber`); records are live objects while their call runs, and must not be changed.
 */
export interface Phones extends EventEmitter<PhoneEvents> {
  /** Phones that were called or have a script, the one called last at the end. */
  list(): PhoneSummary[]
  scriptOf(number: string): PhoneBehaviour
  /** Replaces the ending of a number, from its next call on. @throws {ScriptError} when it cannot be followed here */
  setScript(number: string, script: PhoneScript): Promise<void>
  /** Restores the standard ending. @returns whether there was a script */
  clearScript(number: string): boolean
  /** Stores a WAV file for scripts. @throws {ScriptError} when it is none */
  keepAudio(name: string, wav: Buffer): Promise<void>
  /** Calls of a phone, oldest first. */
  calls(number: string): readonly PhoneCallRecord[]
  call(number: string, id: string): PhoneCallRecord | undefined
  /**
   * Calls that ended after `since` (wall time, milliseconds), waiting for one when there is none.
   *
   * @param waitMs how long to wait; afterwards the answer is empty
   */
  endedSince(number: string, since: number, waitMs: number, signal?: AbortSignal): Promise<PhoneCallRecord[]>
  /** The recording of a call: the path of a WAV file. */
  heardFile(record: PhoneCallRecord): string
  /** The timing of what was heard; made at the first question, then kept beside the recording. */
  heardReport(record: PhoneCallRecord): Promise<HeardReport>
  /** RTP counters of the call that runs on this phone now. */
  liveStatistics(number: string): Promise<RtpStatistics | undefined>
  /** Ends the calls, writes what is not written, stops taking calls. */
  close(): Promise<void>
}

export interface PhoneEvents {
  called: [PhoneCallRecord]
  entry: [PhoneCallRecord, TimelineEntry]
  ended: [PhoneCallRecord]
  /** The phones take no more calls; streams end. */
  closing: []
}

export interface PhoneSummary {
  readonly number: string
  readonly behaviour: PhoneBehaviour['source']
  readonly meaning: string
  readonly calls: number
  /** A call runs now. */
  readonly isBusy: boolean
  readonly lastCallAt?: number
}

export interface PhoneBehaviour {
  readonly source: 'standard' | 'script'
  /** One line for people. */
  readonly meaning: string
  readonly script: PhoneScript
}
