import { EventEmitter } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { withPatience } from '../lib/patience.ts'
import type { RtpStatistics } from '../media/media.ts'
import type { IncomingCall } from '../sip/user-agent.types.ts'
import type { CallFiles } from './call-files.ts'
import type { CallHistory } from './call-history.ts'
import { type HeardReport, heardReport } from './heard-report.ts'
import { whileAlive } from './pause.ts'
import { PhoneCall } from './phone-call.ts'
import type { PhoneCallRecord } from './phone-call-record.ts'
import { callIdOf, phoneNumber } from './phone-number.ts'
import type { PhoneScript } from './phone-script.ts'
import type { PhoneSounds } from './phone-sounds.ts'
import type { PhoneBehaviour, PhoneEvents, PhoneSummary, Phones, PhonesOptions } from './phones.types.ts'
import { printScript } from './print-script.ts'
import { ScriptError } from './script-values.ts'
import { standardEnding } from './standard-endings.ts'

type SwitchboardOptions = PhonesOptions & {
  readonly sounds: PhoneSounds
  readonly files: CallFiles
  readonly history: CallHistory
}

/** Scripts live in memory: a program that puts one for every number it makes up fills no memory. */
const mostScripts = 10_000

/** A far end that does not answer our BYE holds up a shutdown for so long, not for its 32 s (RFC 3261 §17.1.2.2). */
const closingMs = 3_000

const busyScript: PhoneScript = {
  steps: [{ step: 'reject', status: 486, q850: 17 }],
  faults: {},
  whenBusy: 'reject',
}

/** Puts each incoming call through to the phone of its number, and keeps what became of it. */
export class Switchboard extends EventEmitter<PhoneEvents> implements Phones {
  readonly #options: SwitchboardOptions
  readonly #scripts = new Map<string, PhoneScript>()
  /** Calls whose record is not closed yet. */
  readonly #calls = new Set<PhoneCall>()
  readonly #reports = new WeakMap<PhoneCallRecord, Promise<HeardReport>>()
  /** Work on disk that `close` waits for. */
  readonly #writing = new Set<Promise<void>>()
  readonly #onCall = (call: IncomingCall) => this.#take(call)
  #lastId = 0

  constructor(options: SwitchboardOptions) {
    super()
    // One listener for each open event stream and long poll.
    this.setMaxListeners(0)
    this.#options = options
    options.sip.on('call', this.#onCall)
  }

  list(): PhoneSummary[] {
    const { history } = this.#options
    const called = history.numbers()
    const onlyScripted = [...this.#scripts.keys()].filter((number) => history.of(number).length === 0)
    return [...onlyScripted, ...called].map((number) => {
      const { source, meaning } = this.scriptOf(number)
      const calls = history.of(number)
      const last = calls.at(-1)
      return {
        number,
        behaviour: source,
        meaning,
        calls: calls.length,
        isBusy: this.#liveCall(number) !== undefined,
        ...(last && { lastCallAt: last.startedAt }),
      }
    })
  }

  scriptOf(number: string): PhoneBehaviour {
    const script = this.#scripts.get(number)
    if (script !== undefined) return { source: 'script', meaning: 'follows the script that was put', script }
    return { source: 'standard', ...standardEnding(number, this.#options.sounds.canSpeak) }
  }

  async setScript(number: string, script: PhoneScript): Promise<void> {
    await this.#options.sounds.check(script)
    if (this.#scripts.size >= mostScripts && !this.#scripts.has(number)) {
      throw new ScriptError(`${mostScripts} phones have a script already; delete some: DELETE /phones/<number>`)
    }
    this.#scripts.set(number, script)
  }

  clearScript(number: string): boolean {
    return this.#scripts.delete(number)
  }

  keepAudio(name: string, wav: Buffer): Promise<void> {
    return this.#options.sounds.keep(name, wav)
  }

  calls(number: string): readonly PhoneCallRecord[] {
    return this.#options.history.of(number)
  }

  call(number: string, id: string): PhoneCallRecord | undefined {
    return this.#options.history.find(number, id)
  }

  async endedSince(number: string, since: number, waitMs: number, signal?: AbortSignal): Promise<PhoneCallRecord[]> {
    const found = () => this.calls(number).filter(({ endedAt }) => endedAt !== undefined && endedAt > since)
    const already = found()
    if (already.length > 0 || waitMs <= 0) return already
    await whileAlive<void>(signal ?? new AbortController().signal, (resolve) => {
      const stop = () => {
        timer.cancel()
        this.off('ended', onEnded)
        this.off('closing', done)
      }
      const done = () => {
        stop()
        resolve()
      }
      const onEnded = (record: PhoneCallRecord) => {
        if (record.number === number) done()
      }
      const timer = this.#options.clock.after(waitMs, done)
      this.on('ended', onEnded)
      this.on('closing', done)
      return stop
    })
    return found()
  }

  heardFile(record: PhoneCallRecord): string {
    return this.#options.files.heardWav(record)
  }

  heardReport(record: PhoneCallRecord): Promise<HeardReport> {
    const known = this.#reports.get(record)
    if (known !== undefined) return known
    const report = this.#listen(record).catch((error: unknown) => {
      // Whoever asks next tries again.
      this.#reports.delete(record)
      throw error
    })
    this.#reports.set(record, report)
    return report
  }

  async liveStatistics(number: string): Promise<RtpStatistics | undefined> {
    return this.#liveCall(number)?.statistics()
  }

  async close(): Promise<void> {
    this.#options.sip.off('call', this.#onCall)
    this.emit('closing')
    await withPatience(this.#options.clock, closingMs, Promise.all([...this.#calls].map((call) => call.close())))
    await Promise.all(this.#writing)
  }

  #take(call: IncomingCall): void {
    const number = phoneNumber(call.request.uriUser)
    if (number === undefined) call.reject(404, undefined, [['Reason', 'Q.850;cause=1']])
    else this.#ring(number, call)
  }

  #ring(number: string, call: IncomingCall): void {
    const { media, sounds, trace, files, history, clock, log } = this.#options
    const behaviour = this.scriptOf(number)
    const isBusy = behaviour.script.whenBusy === 'reject' && this.#liveCall(number) !== undefined
    const script = isBusy ? busyScript : behaviour.script
    // The INVITE was seen before this call was announced: the story begins with it.
    const startedAt = trace.firstSeenAt(call.callId) ?? clock.now()
    const record = newRecord(call, number, isBusy ? 'busy' : behaviour.source, script, this.#nextId(), startedAt)
    history.add(record)
    this.emit('called', record)
    const phoneCall = new PhoneCall({
      record,
      script,
      call,
      media,
      sounds,
      trace,
      host: this.#hostFor(call),
      heardFile: files.heardWav(record),
      clock,
      log,
      news: {
        entry: (entry) => this.emit('entry', record, entry),
        ended: () => this.emit('ended', record),
        closed: () => {
          this.#calls.delete(phoneCall)
          this.#write(() => this.#store(record))
        },
      },
    })
    this.#calls.add(phoneCall)
    phoneCall.run().catch((error: unknown) => {
      log.error({ phoneCall: record.id, err: error }, 'a phone could not end its script')
    })
  }

  /** The newest call that holds the line. */
  #liveCall(number: string): PhoneCall | undefined {
    return [...this.#calls].findLast((call) => call.record.number === number && !call.isOver)
  }

  /** Time first, so that ids sort like the calls; the counter parts calls of one millisecond. */
  #nextId(): string {
    this.#lastId++
    return `${Math.trunc(this.#options.clock.now())}-${String(this.#lastId).padStart(4, '0')}`
  }

  /** The address at which the caller reached us; a listener on all addresses is reached by loopback. */
  #hostFor(call: IncomingCall): string {
    const { source } = call.request
    const listeners = this.#options.sip.listening.filter(({ transport }) => transport === source.transport)
    const host = (listeners.find((one) => isIPv6(one.host) === isIPv6(source.host)) ?? listeners[0])?.host
    if (host === undefined || host === '0.0.0.0') return '127.0.0.1'
    return host === '::' ? '::1' : host
  }

  async #store(record: PhoneCallRecord): Promise<void> {
    const { files, history } = this.#options
    const gone = history.prune()
    if (history.find(record.number, record.id) !== undefined) await files.save(record)
    for (const old of gone) await files.remove(old)
  }

  async #listen(record: PhoneCallRecord): Promise<HeardReport> {
    const report = heardReport(await readFile(this.heardFile(record)), record.rtp)
    await writeFile(this.#options.files.heardJson(record), JSON.stringify(report, undefined, 2))
    return report
  }

  /** A full disk costs the history of a virtual phone, never a call. */
  #write(task: () => Promise<void>): void {
    const work = task()
      .catch((error: unknown) => {
        this.#options.log.error({ error: String(error) }, 'a call of a virtual phone could not be stored')
      })
      .finally(() => this.#writing.delete(work))
    this.#writing.add(work)
  }
}

function newRecord(
  call: IncomingCall,
  number: string,
  behaviour: PhoneCallRecord['behaviour'],
  script: PhoneScript,
  id: string,
  startedAt: number,
): PhoneCallRecord {
  const { fromUser, fromDisplayName } = call.request
  const callId = callIdOf(call.callId)
  return {
    id,
    number,
    from: fromUser,
    ...(fromDisplayName !== undefined && { fromDisplayName }),
    sipCallId: call.callId,
    ...(callId !== undefined && { callId }),
    behaviour,
    script: printScript(script),
    state: 'called',
    startedAt,
    keysHeard: '',
    keysPressed: '',
    timeline: [],
  }
}
