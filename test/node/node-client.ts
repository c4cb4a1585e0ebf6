import { createRequire } from 'node:module'
import { vi } from 'vitest'
import { productIds } from '../../src/domain/call/call.ts'
import type { HeardReport } from '../../src/phones/heard-report.ts'
import type { PhoneCallRecord } from '../../src/phones/phone-call-record.ts'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'

const require = createRequire(import.meta.url)
const PopCore: typeof import('@alicloud/pop-core') = require('@alicloud/pop-core')

/** An answer of the API, whether its `Code` is `OK` or not. */
export type Answer = Readonly<Record<string, unknown>> & { readonly Code: string; readonly Message: string }

/** The text of `Data` in QueryCallDetailByCallId, read. */
export type CallDetail = Readonly<
  Record<'state' | 'startDate' | 'endDate' | 'aRingTime' | 'bRingTime' | 'caller' | 'callee', string>
> & {
  readonly duration: number
}

/** Operations that place a call and answer with its CallId. */
type Placing = 'SingleCallByTts' | 'SingleCallByVoice' | 'IvrCall' | 'ClickToDial'

/** How long a story may take until what it waits for has happened. */
export const patienceMs = 50_000

/** A client program: the untouched npm SDK by GET, and the control API of the virtual phones. */
export class NodeClient {
  readonly http: string
  readonly #sdk: InstanceType<typeof PopCore>

  constructor(http: string, accessKeyId: string = devProfile.accessKeyId, accessKeySecret: string = devProfile.secret) {
    this.http = http
    this.#sdk = new PopCore({ endpoint: http, apiVersion: '2017-05-25', accessKeyId, accessKeySecret })
  }

  /** One signed request. The SDK throws what is refused; here it is an answer like the others. */
  async call(action: string, parameters: object): Promise<Answer> {
    try {
      return await this.#sdk.request<Answer>(action, parameters, { method: 'GET', timeout: 30_000 })
    } catch (error) {
      if (isRefusal(error)) return error.data
      throw error
    }
  }

  /** Places a call. @returns its CallId @throws when it is refused */
  async place(action: Placing, parameters: object): Promise<string> {
    const answer = await this.call(action, { CalledShowNumber: devProfile.number, ...parameters })
    if (typeof answer['CallId'] !== 'string') throw new Error(`refused: ${JSON.stringify(answer)}`)
    return answer['CallId']
  }

  /** Rings two numbers and connects them; each sees the number of the dev profile. @throws when it is refused */
  async connect(caller: string, callee: string, parameters: object = {}): Promise<string> {
    const numbers = { CallerNumber: caller, CalledNumber: callee, CallerShowNumber: devProfile.number }
    return this.place('ClickToDial', { ...numbers, ...parameters })
  }

  /** Speaks the verification template once. */
  async speakCode(number: string, parameters: object = {}): Promise<string> {
    const template = { TtsCode: devProfile.verificationTemplate, TtsParam: '{"code":"1234"}', PlayTimes: 1 }
    return this.place('SingleCallByTts', { CalledNumber: number, ...template, ...parameters })
  }

  /** Plays the demo voice, 2.4 s. */
  async playVoice(number: string, parameters: object = {}): Promise<string> {
    return this.place('SingleCallByVoice', { CalledNumber: number, VoiceCode: devProfile.voice, ...parameters })
  }

  /** The call's detail, whichever product it belongs to. @throws when there is no such call */
  async detail(callId: string): Promise<CallDetail> {
    const { verification, notification, ivr, doubleCall } = productIds
    for (const ProdId of [verification, notification, ivr, doubleCall]) {
      const answer = await this.call('QueryCallDetailByCallId', { CallId: callId, ProdId, QueryDate: Date.now() })
      if (answer.Code === 'OK' && typeof answer['Data'] === 'string') return JSON.parse(answer['Data'])
    }
    throw new Error(`there is no call ${callId}`)
  }

  /** Waits until the call has its record. */
  ended(callId: string): Promise<CallDetail> {
    return vi.waitFor(
      async () => {
        const detail = await this.detail(callId)
        if (detail.state === '') throw new Error(`call ${callId} lives on`)
        return detail
      },
      { timeout: patienceMs, interval: 200 },
    )
  }

  /** Calls of a virtual phone, oldest first. */
  async phoneCalls(number: string): Promise<PhoneCallRecord[]> {
    const { calls }: { calls: PhoneCallRecord[] } = await this.#phones(`${number}/calls`)
    return calls
  }

  /** Waits until the phone is in this state, in a call that goes on. */
  async phoneIs(number: string, state: PhoneCallRecord['state']): Promise<void> {
    await vi.waitFor(
      async () => {
        const last = (await this.phoneCalls(number)).at(-1)
        if (last?.state !== state) throw new Error(`phone ${number} is ${last?.state ?? 'silent'}, not ${state}`)
      },
      { timeout: patienceMs, interval: 50 },
    )
  }

  /** The phone's only call, once it is over. @throws when there is none, or more */
  async onlyPhoneCall(number: string): Promise<PhoneCallRecord> {
    return vi.waitFor(
      async () => {
        const [call, ...others] = await this.phoneCalls(number)
        if (call === undefined || others.length > 0)
          throw new Error(`phone ${number} had ${call === undefined ? 'no call' : `${others.length + 1} calls`}`)
        if (call.endedAt === undefined) throw new Error(`the call of phone ${number} is not over`)
        return call
      },
      { timeout: patienceMs, interval: 100 },
    )
  }

  /** What the phone heard in its last call. */
  heard(number: string): Promise<HeardReport> {
    return this.#phones(`${number}/heard.json`)
  }

  /** Stores a WAV file that scripts may play. */
  async phoneAudio(name: string, wav: Buffer): Promise<void> {
    await this.#phones(`audio/${name}`, {
      method: 'PUT',
      headers: { 'content-type': 'audio/wav' },
      body: new Uint8Array(wav),
    })
  }

  async script(number: string, steps: object): Promise<void> {
    await this.#phones(number, { method: 'PUT', body: JSON.stringify(steps) })
  }

  async #phones<T>(path: string, init: RequestInit = {}): Promise<T> {
    const response = await fetch(`${this.http}/phones/${path}`, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    const answer: T = JSON.parse(text)
    return answer
  }
}

function isRefusal(error: unknown): error is { data: Answer } {
  return error instanceof Error && 'data' in error && typeof error.data === 'object' && error.data !== null
}
