import { EventEmitter } from 'node:events'
import type {
  HangUpCause,
  IncomingCall,
  SipCallEnd,
  SipCallEvents,
  SipCallState,
  SipListener,
} from '../src/sip/user-agent.types.ts'
import { FakeUserAgent } from './fake-sip.ts'

/** An audio offer as a caller on loopback makes it. */
export const sampleOffer = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/AVP 8 0 101',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=sendrecv',
  '',
].join('\r\n')

/** A call that comes in: remembers what the called side does, and lets a test play the caller. */
export class FakeIncomingCall extends EventEmitter<SipCallEvents> implements IncomingCall {
  readonly direction = 'incoming'
  readonly callId: string
  readonly request: IncomingCall['request']
  remoteDescription: string | undefined
  state: SipCallState = 'proceeding'
  /** What this end did, in order: `180`, `183 sdp`, `200 sdp`, `486`, `BYE`. */
  readonly acts: string[] = []
  /** What each provisional answer was told of PRACK. */
  readonly rungReliably: (boolean | undefined)[] = []
  /** Header lines of the final answer. */
  readonly headers: string[] = []
  hangUpCause: HangUpCause | undefined
  lastDescription: string | undefined

  constructor(to: string, options: { from?: string; callId?: string; offer?: string | undefined } = {}) {
    super()
    this.callId = options.callId ?? 'fake-call@127.0.0.1'
    this.remoteDescription = 'offer' in options ? options.offer : sampleOffer
    const source: SipListener = { transport: 'udp', host: '127.0.0.1', port: 5070 }
    this.request = { uriUser: to, toUser: to, fromUser: options.from ?? '057128880000', source }
  }

  header(): undefined {
    return undefined
  }

  ring(answer?: string, { isReliable }: { isReliable?: boolean } = {}): void {
    this.lastDescription = answer
    this.rungReliably.push(isReliable)
    this.acts.push(answer === undefined ? '180' : '183 sdp')
  }

  accept(description: string): void {
    this.lastDescription = description
    this.acts.push('200 sdp')
  }

  reject(status: number, reason = '', headers: readonly [name: string, value: string][] = []): void {
    this.acts.push(String(status))
    this.headers.push(...headers.map(([name, value]) => `${name}: ${value}`))
    this.end({ kind: 'refused', status, reason, local: false })
  }

  hangUp(cause?: HangUpCause): void {
    if (this.state === 'terminated') return
    this.hangUpCause = cause
    const isConfirmed = this.state === 'confirmed'
    this.acts.push(isConfirmed ? 'BYE' : '480')
    this.end(isConfirmed ? { kind: 'bye', by: 'here' } : { kind: 'cancelled', by: 'here' })
  }

  reoffer(): Promise<string> {
    return Promise.reject(new Error('a phone does not re-offer'))
  }

  /** The caller's ACK, with its answer when the INVITE had no offer. */
  acknowledge(description?: string): void {
    this.state = 'confirmed'
    this.emit('answered', description)
  }

  /** The caller hangs up after the answer. */
  bye(): void {
    this.end({ kind: 'bye', by: 'there' })
  }

  /** The caller gives up before the answer. */
  cancel(): void {
    this.end({ kind: 'cancelled', by: 'there' })
  }

  end(end: SipCallEnd): void {
    if (this.state === 'terminated') return
    this.state = 'terminated'
    this.emit('ended', end)
  }
}

/** A user agent of phones, on 127.0.0.1:5060, whose callers are the test. */
export class RungUserAgent extends FakeUserAgent {
  override readonly listening: readonly SipListener[] = [{ transport: 'udp', host: '127.0.0.1', port: 5060 }]

  /** Rings the phone of a number. */
  ring(to: string, options: { from?: string; callId?: string; offer?: string | undefined } = {}): FakeIncomingCall {
    const call = new FakeIncomingCall(to, options)
    this.emit('call', call)
    return call
  }
}
