import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { silentLog } from '../src/lib/log.ts'
import type { HistoryLimits } from '../src/phones/call-history.ts'
import type { PhoneCallRecord } from '../src/phones/phone-call-record.ts'
import type { Phones } from '../src/phones/phones.types.ts'
import { phonesPlugin } from '../src/phones/phones-plugin.ts'
import { makeSipTrace } from '../src/phones/sip-trace.ts'
import { startPhones } from '../src/phones/start-phones.ts'
import { FakeClock } from './fake-clock.ts'
import { type FakeIncomingCall, RungUserAgent } from './fake-incoming-call.ts'
import { FakeMedia } from './fake-media.ts'

export interface PhoneBenchOptions {
  /** Whether the phones have a voice. */
  canSpeak?: boolean
  limits?: HistoryLimits
}

/** Virtual phones on a clock that stands still, with callers that a test plays. */
export class PhoneBench {
  readonly dataDir: string
  readonly clock = new FakeClock()
  readonly sip = new RungUserAgent()
  readonly media = new FakeMedia(this.clock)
  readonly trace = makeSipTrace()
  /** What the phones said. */
  readonly spoken: string[] = []
  #phones: Phones | undefined
  #app: FastifyInstance | undefined

  private constructor(dataDir: string) {
    this.dataDir = dataDir
  }

  static async open(options: PhoneBenchOptions = {}): Promise<PhoneBench> {
    const bench = new PhoneBench(await mkdtemp(join(tmpdir(), 'phones-')))
    await bench.restart(options)
    return bench
  }

  get phones(): Phones {
    if (this.#phones === undefined) throw new Error('the phones were not started')
    return this.#phones
  }

  /** The control API of the phones. */
  get app(): FastifyInstance {
    if (this.#app === undefined) throw new Error('the phones were not started')
    return this.#app
  }

  /** GET of the control API. */
  get(url: string, headers: Record<string, string> = {}) {
    return this.app.inject({ method: 'GET', url, headers })
  }

  /** PUT of the control API. */
  put(url: string, payload: Buffer | string | object) {
    return this.app.inject({ method: 'PUT', url, payload })
  }

  /** Starts the phones again on the same data, as a new process does. */
  async restart(options: PhoneBenchOptions = {}): Promise<void> {
    const { sip, media, trace, dataDir, clock } = this
    const speak = async (text: string) => {
      this.spoken.push(text)
      return { file: `/voice/${this.spoken.length}.wav` }
    }
    this.#phones = await startPhones({
      ...{ sip, media, trace, dataDir, clock, log: silentLog },
      ...(options.canSpeak && { speak }),
      ...(options.limits && { limits: options.limits }),
    })
    await this.#app?.close()
    this.#app = fastify()
    await this.#app.register(phonesPlugin({ phones: this.phones, clock, log: silentLog }))
    await this.#app.ready()
  }

  async close(): Promise<void> {
    await this.app.close()
    await this.phones.close()
    await rm(this.dataDir, { recursive: true })
    if (this.clock.pendingTimers > 0) throw new Error(`${this.clock.pendingTimers} timers were left behind`)
  }

  /** Work on files takes real time: waits for the condition while the clock stands still. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.clock.advance(0)
  }

  /** The last call of a phone. */
  last(number: string): PhoneCallRecord {
    const record = this.phones.calls(number).at(-1)
    if (record === undefined) throw new Error(`the phone ${number} was not called`)
    return record
  }

  /** Rings a phone that answers after `ringMs`, up to the caller's ACK. */
  async answered(number: string, ringMs = 0): Promise<FakeIncomingCall> {
    const call = this.sip.ring(number)
    await this.clock.advance(ringMs)
    await this.until(() => call.acts.includes('200 sdp'))
    call.acknowledge()
    await this.clock.advance(0)
    return call
  }

  /** Waits for the end of the last call of a phone. */
  async ended(number: string): Promise<PhoneCallRecord> {
    await this.until(() => this.last(number).endedAt !== undefined)
    return this.last(number)
  }

  /** A whole call with the standard ending, hung up by the caller, its files written. @returns its id */
  async wholeCall(number: string): Promise<string> {
    const call = await this.answered(number, 1000)
    call.bye()
    const { id } = await this.ended(number)
    await this.clock.advance(2000)
    return id
  }
}
