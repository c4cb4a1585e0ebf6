import type { Clock, Timer } from '../lib/clock.ts'
import { type Log, maskNumber } from '../lib/log.ts'
import type { Media, RtpStatistics } from '../media/media.ts'
import type { IncomingCall, SipCallEnd } from '../sip/user-agent.types.ts'
import { CallOver, pause, untilOver } from './pause.ts'
import { phoneCallEnd } from './phone-call-end.ts'
import type { PhoneCallRecord, TimelineEntry } from './phone-call-record.ts'
import { LineRefused, PhoneLine } from './phone-line.ts'
import type { PhoneScript } from './phone-script.ts'
import type { PhoneSounds } from './phone-sounds.ts'
import { type PhoneCallMove, phoneStates } from './phone-states.ts'
import { printStep } from './print-script.ts'
import { type PhoneActs, runScript } from './run-script.ts'
import type { SipTrace } from './sip-trace.ts'
import { Timeline } from './timeline.ts'

export interface PhoneCallOptions {
  readonly record: PhoneCallRecord
  readonly script: PhoneScript
  readonly call: IncomingCall
  readonly media: Media
  readonly sounds: PhoneSounds
  readonly trace: SipTrace
  readonly host: string
  readonly heardFile: string
  readonly clock: Clock
  readonly log: Log
  readonly news: PhoneCallNews
}

export interface PhoneCallNews {
  entry(entry: TimelineEntry): void
  /** The record is complete but for SIP messages that may still follow. */
  ended(): void
  /** The record will not change any more. */
  closed(): void
}

/** A caller that vanished without BYE must not keep the phone busy for ever. */
const longestCallMs = 3_600_000
/** How long after the end the last messages (200 for BYE, ACK for 486) may come; they belong to the ladder. */
const lingerMs = 2_000

/** One call of a virtual phone: follows the script, writes the record. */
export class PhoneCall {
  readonly #options: PhoneCallOptions
  readonly #timeline: Timeline
  readonly #line: PhoneLine
  readonly #over = new AbortController()
  /** Resolves when the record is complete. */
  readonly #finished: Promise<void>
  readonly #unfollow: () => void
  /** Runs from the end until the record is closed. */
  #linger: Timer | undefined

  constructor(options: PhoneCallOptions) {
    const { record, call, clock, log, news, script } = options
    this.#options = options
    this.#timeline = new Timeline(record, clock, (entry) => news.entry(entry))
    this.#line = new PhoneLine({
      call,
      media: options.media,
      clock,
      label: record.id,
      host: options.host,
      faults: script.faults,
      heardFile: options.heardFile,
      signal: this.#over.signal,
      news: {
        confirmed: () => this.#confirmed(),
        keyHeard: (key, by, durationMs) => {
          record.keysHeard += key
          this.#timeline.add({ kind: 'keyHeard', key, by, ...(durationMs !== undefined && { durationMs }) })
        },
        audioHeard: () => this.#timeline.add({ kind: 'audio' }),
        changed: (direction) => this.#timeline.add({ kind: 'changed', direction }),
        broken: (why) => {
          if (!this.isOver) this.#fail(why)
        },
      },
    })
    this.#unfollow = options.trace.follow(call.callId, (event) => this.#timeline.addMessage(event))
    const limit = clock.after(longestCallMs, () => this.#fail('the call lasted an hour'))
    this.#finished = new Promise((resolve) => {
      call.once('ended', (end) => {
        limit.cancel()
        this.#over.abort()
        this.#finish(end).then(resolve)
      })
    })
    log.debug({ phoneCall: record.id, phone: maskNumber(record.number) }, 'a phone is called')
  }

  /** Follows the script to its end. What goes wrong stands in the record, and the call ends. */
  async run(): Promise<void> {
    const { script } = this.#options
    try {
      await runScript(script.steps, this.#acts(), (step) => this.#timeline.add({ kind: 'step', step: printStep(step) }))
    } catch (error) {
      if (error instanceof CallOver) return
      if (this.isOver) {
        const { log, record } = this.#options
        log.info({ phoneCall: record.id, err: error }, 'a step of a phone failed while its call ended')
        return
      }
      if (error instanceof LineRefused) return this.#options.call.reject(488)
      this.#fail(error instanceof Error ? error.message : String(error))
    }
  }

  /** Whether the line is free again; the record may be completed a moment later. */
  get isOver(): boolean {
    return this.#over.signal.aborted
  }

  get record(): PhoneCallRecord {
    return this.#options.record
  }

  /** RTP counters of the running call; undefined before and after it has audio. */
  statistics(): Promise<RtpStatistics | undefined> {
    return this.#line.statistics()
  }

  /** Ends the call, when it lives, and resolves when its record is complete and closed. */
  async close(): Promise<void> {
    if (!this.isOver) this.#options.call.hangUp()
    await this.#finished
    this.#closeRecord()
  }

  #acts(): PhoneActs {
    const { call, clock, record, script, sounds } = this.#options
    const signal = this.#over.signal
    return {
      ring: (how) => {
        this.#move('ring')
        this.#line.ring(how)
      },
      earlyMedia: async (sound, how) => {
        const file = await sounds.fileOf(sound)
        this.#stillThere()
        await this.#line.openEarlyMedia(how)
        this.#move('announce')
        await this.#line.play(file)
      },
      answer: async () => {
        this.#move('accept')
        await this.#line.answer()
      },
      press: async (keys) => {
        record.keysPressed += keys
        this.#timeline.add({ kind: 'keysPressed', keys })
        await this.#line.press(keys)
        this.#stillThere()
      },
      play: async (sound) => {
        const file = await sounds.fileOf(sound)
        this.#stillThere()
        await this.#line.play(file)
      },
      pause: (seconds) => pause(clock, seconds * 1000, signal),
      untilOver: () => untilOver(signal),
      hangUp: async () => {
        const { lateByeSeconds } = script.faults
        if (lateByeSeconds !== undefined) {
          this.#keep(await this.#line.close())
          await pause(clock, lateByeSeconds * 1000, signal)
        }
        call.hangUp({ q850: 16, text: 'Normal call clearing' })
      },
      reject: (status, reason) =>
        call.reject(status, undefined, reason === undefined ? [] : [['Reason', reasonHeader(reason)]]),
    }
  }

  #move(move: PhoneCallMove): void {
    const { record } = this.#options
    const next = phoneStates.next(record.state, move)
    if (next === record.state) return
    record.state = next
    this.#timeline.add({ kind: 'state', state: next })
  }

  #confirmed(): void {
    this.#options.record.answeredAt = this.#options.clock.now()
    this.#move('confirm')
  }

  #stillThere(): void {
    if (this.isOver) throw new CallOver('the call is over')
  }

  /** What keeps the phone from its script is told in the record, and ends the call. */
  #fail(problem: string): void {
    const { record, log, call } = this.#options
    record.problem ??= problem
    this.#timeline.add({ kind: 'problem', text: problem })
    log.warn({ phoneCall: record.id, problem }, 'a phone could not follow its script')
    // Q.850 41: temporary failure.
    if (!this.isOver) call.hangUp({ q850: 41, text: 'Temporary failure' })
  }

  #keep(heard: { heardMs?: number; rtp?: RtpStatistics }): void {
    Object.assign(this.#options.record, heard)
  }

  async #finish(end: SipCallEnd): Promise<void> {
    const { record, clock, news } = this.#options
    const endedAt = clock.now()
    try {
      this.#keep(await this.#line.close())
    } catch (error) {
      this.#fail(`the recording could not be completed: ${error}`)
    }
    record.end = phoneCallEnd(end)
    record.endedAt = endedAt
    this.#move('end')
    this.#linger = clock.after(lingerMs, () => this.#closeRecord())
    news.ended()
  }

  #closeRecord(): void {
    if (this.#linger === undefined) return
    this.#linger.cancel()
    this.#linger = undefined
    this.#unfollow()
    this.#options.news.closed()
  }
}

/** RFC 3326 §2. */
function reasonHeader({ q850, text }: { q850: number; text?: string }): string {
  return `Q.850;cause=${q850}${text === undefined ? '' : `;text="${text}"`}`
}
