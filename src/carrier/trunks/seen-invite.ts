import { EventEmitter } from 'node:events'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { InviteRequest, OutgoingCall, SipCallEnd, SipUserAgent } from '../../sip/user-agent.types.ts'
import type { FailedAttempt } from './failover.ts'

/** What is seen of an INVITE beside its leg. */
interface SeenEvents {
  /** An answer from 180 to 189: a phone may ring. */
  progress: []
  /** Not even a 100 came within the patience. */
  silent: []
}

/** Passes one INVITE on and watches it: a trunk learns from how it ends, and from whether anything comes back at all. */
export class SeenInvite extends EventEmitter<SeenEvents> implements Pick<SipUserAgent, 'invite'> {
  readonly #agent: Pick<SipUserAgent, 'invite'>
  readonly #clock: Clock
  readonly #patienceMs: number
  #timer: Timer | undefined
  #end: SipCallEnd | undefined
  #progressed = false
  #isSilent = false

  /** @param patienceMs how long a next hop may give no sign */
  constructor(agent: Pick<SipUserAgent, 'invite'>, clock: Clock, patienceMs: number) {
    super()
    this.#agent = agent
    this.#clock = clock
    this.#patienceMs = patienceMs
  }

  invite(request: InviteRequest): OutgoingCall {
    const call = this.#agent.invite(request)
    call.on('progress', () => {
      this.#progressed = true
      this.emit('progress')
    })
    // Also without a 180: a call that breaks right after its 200 was answered by somebody.
    call.once('answered', () => {
      this.#progressed = true
    })
    call.once('ended', (end) => {
      this.#end = end
      this.#timer?.cancel()
    })
    this.#timer = this.#clock.after(this.#patienceMs, () => {
      if (call.state !== 'calling') return
      this.#isSilent = true
      this.emit('silent')
    })
    return call
  }

  /** How it came to nothing; `undefined` while it has not, and when no INVITE was sent. */
  get failure(): FailedAttempt | undefined {
    const end = this.#isSilent ? 'silent' : this.#end
    return end && { end, progressed: this.#progressed }
  }

  /** Of a refusal (RFC 3261 §20.33). */
  get retryAfterSeconds(): number | undefined {
    return this.#end?.kind === 'refused' ? this.#end.retryAfterSeconds : undefined
  }

  close(): void {
    this.#timer?.cancel()
    this.removeAllListeners()
  }
}
