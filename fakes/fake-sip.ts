import { EventEmitter } from 'node:events'
import type { RegisterRequest } from '../src/sip/registration/registration.types.ts'
import { audioOffer } from '../src/sip/sdp/audio.ts'
import type {
  InviteRequest,
  OutgoingCall,
  SipCallEnd,
  SipCallEvents,
  SipCallState,
  SipDrops,
  SipListener,
  SipUserAgent,
  SipUserAgentEvents,
} from '../src/sip/user-agent.types.ts'
import { FakeRegistration } from './fake-registration.ts'

/** An outgoing SIP call whose far end is the test. */
export class FakeOutgoingCall extends EventEmitter<SipCallEvents> implements OutgoingCall {
  readonly direction = 'outgoing'
  readonly callId = 'fake'
  readonly request: InviteRequest
  state: SipCallState = 'calling'
  remoteDescription: string | undefined

  constructor(request: InviteRequest) {
    super()
    this.request = request
  }

  /** 200 OK, with an answer at 127.0.0.1:40000 unless another description is given. */
  answer(description: string | undefined = audioOffer({ host: '127.0.0.1', port: 40_000 })): void {
    this.state = 'confirmed'
    this.emit('answered', description)
  }

  hangUp(): void {
    const wasConfirmed = this.state === 'confirmed'
    this.end(wasConfirmed ? { kind: 'bye', by: 'here' } : { kind: 'cancelled', by: 'here' })
  }

  end(end: SipCallEnd): void {
    if (this.state === 'terminated') return
    this.state = 'terminated'
    this.emit('ended', end)
  }

  async reoffer(offer: string): Promise<string> {
    return offer
  }
}

/** A user agent that keeps the calls and registrations it was asked for. */
export class FakeUserAgent extends EventEmitter<SipUserAgentEvents> implements SipUserAgent {
  readonly listening: readonly SipListener[] = []
  readonly calls: FakeOutgoingCall[] = []
  readonly registrations: FakeRegistration[] = []

  invite(request: InviteRequest): FakeOutgoingCall {
    const call = new FakeOutgoingCall(request)
    this.calls.push(call)
    return call
  }

  async options(): Promise<{ status: number; reason: string }> {
    return { status: 200, reason: 'OK' }
  }

  register(request: RegisterRequest): FakeRegistration {
    const registration = new FakeRegistration(request)
    this.registrations.push(registration)
    return registration
  }

  advertise(): void {}

  drops(): SipDrops {
    return { strangers: 0, floods: 0, connections: 0 }
  }

  describe() {
    return { calls: this.calls.length, clientTransactions: 0, serverTransactions: 0, connections: 0 }
  }

  async close(): Promise<void> {}

  /** The only call. @throws when nothing was sent. */
  call(): FakeOutgoingCall {
    const [call] = this.calls
    if (call === undefined) throw new Error('no INVITE was sent')
    return call
  }
}
