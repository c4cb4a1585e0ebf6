import { EventEmitter } from 'node:events'
import { callerIdentity } from '../../domain/trunk/caller-identity.ts'
import { writeNumber } from '../../domain/trunk/number-forms.ts'
import type { DialRequest, Leg, LegAudio, LegEnd, LegEvents, LegRecording } from '../../engine/ports.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { InviteRequest, SipTarget, SipUserAgent } from '../../sip/user-agent.types.ts'
import type { AttemptList } from './attempt-list.ts'
import { afterFailure, type FailedAttempt, failureWords } from './failover.ts'
import type { MakeLeg } from './ports.ts'
import { SeenInvite } from './seen-invite.ts'
import type { TrunkLine } from './trunk-line.ts'

export interface TrunkLegParts {
  readonly request: DialRequest
  readonly attempts: AttemptList
  readonly agent: Pick<SipUserAgent, 'invite'>
  readonly makeLeg: MakeLeg
  /** A phone that rings longer is given up, milliseconds. */
  readonly ringTimeoutMs: number
  readonly clock: Clock
  readonly log: Log
}

/** One INVITE of a call: the leg it belongs to, and what was seen of it. */
interface Attempt {
  readonly line: TrunkLine
  readonly leg: Leg
  readonly seen: SeenInvite
}

/**
 * A leg that tries one trunk after the other until a phone may have rung (`failover.ts`). To the engine it is one leg: what
 * is in it changes until then and stays afterwards.
 */
export class TrunkLeg extends EventEmitter<LegEvents> implements Leg {
  readonly #parts: TrunkLegParts
  #attempt: Attempt | undefined
  #isGivenUp = false
  #isEnded = false

  constructor(parts: TrunkLegParts) {
    super()
    this.#parts = parts
    const first = parts.attempts.next('address')
    if (first !== undefined) this.#try(first.line, first.target)
    // Whoever dialled listens by then.
    else queueMicrotask(() => this.#end({ answered: false, outcome: parts.attempts.emptyOutcome }))
  }

  /** The trunk that carries it, or carried it last. */
  get trunk(): string | undefined {
    return this.#attempt?.line.profile.name
  }

  async play(audio: LegAudio, signal: AbortSignal): Promise<'complete' | 'stopped' | 'failed'> {
    return (await this.#attempt?.leg.play(audio, signal)) ?? 'failed'
  }

  async bridge(other: Leg, signal: AbortSignal): Promise<'stopped' | 'failed'> {
    return (await this.#attempt?.leg.bridge(carried(other), signal)) ?? 'failed'
  }

  async record(file: string, other?: Leg): Promise<LegRecording> {
    const leg = this.#mustCarry()
    return other === undefined ? leg.record(file) : leg.record(file, carried(other))
  }

  async listen(hear: (pcm: Int16Array) => void): Promise<() => void> {
    return this.#mustCarry().listen(hear)
  }

  hangUp(): void {
    this.#isGivenUp = true
    this.#attempt?.leg.hangUp()
  }

  describe(): string {
    const attempt = this.#attempt
    return attempt === undefined ? 'no trunk' : `trunk ${attempt.line.profile.name}, ${attempt.leg.describe()}`
  }

  /** What a bridge or a recording connects: the leg inside. @throws when there is none */
  #mustCarry(): Leg {
    if (this.#attempt === undefined) throw new Error('no trunk carries this leg')
    return this.#attempt.leg
  }

  /** @see carried */
  get inner(): Leg {
    return this.#mustCarry()
  }

  #try(line: TrunkLine, target: SipTarget): void {
    const { request, agent, makeLeg, clock } = this.#parts
    const { profile } = line
    const seen = new SeenInvite(agent, clock, profile.answerSeconds * 1000)
    const { name: trunk, srtp, codecs, keys, learnsPort } = profile
    const invite = inviteOf(line, target, request, this.#parts.ringTimeoutMs)
    line.began()
    const leg = makeLeg({ callId: request.callId, trunk, agent: seen, invite, srtp, codecs, keys, learnsPort })
    const attempt: Attempt = { line, leg, seen }
    this.#attempt = attempt
    seen.once('progress', () => line.health.worked())
    seen.once('silent', () => this.#abandon(attempt))
    leg.on('ringing', () => this.#tell(attempt, () => this.emit('ringing')))
    leg.on('earlyMedia', () => this.#tell(attempt, () => this.emit('earlyMedia')))
    leg.on('answered', () => {
      line.health.worked()
      this.#tell(attempt, () => this.emit('answered'))
    })
    leg.on('keyPressed', (key) => this.#tell(attempt, () => this.emit('keyPressed', key)))
    leg.once('ended', (end) => {
      seen.close()
      line.ended()
      if (this.#attempt === attempt && !this.#isEnded) this.#ended(attempt, end)
    })
  }

  /** Only what the present attempt tells is news: an abandoned one is cancelled, and says so to nobody. */
  #tell(attempt: Attempt, news: () => void): void {
    if (this.#attempt === attempt && !this.#isEnded) news()
  }

  /**
   * A next hop that gave no sign: the INVITE is given up. A late 180 is answered with CANCEL, a late 200 with ACK and BYE
   * (RFC 3261 §9.1, §15), while another next hop is tried already.
   */
  #abandon(attempt: Attempt): void {
    if (this.#attempt !== attempt || this.#isEnded || this.#isGivenUp) return
    attempt.leg.hangUp()
    // A leg that ended at once has told so already. Any other one tidies up by itself.
    if (this.#attempt === attempt && !this.#isEnded)
      this.#failed(attempt, { end: 'silent', progressed: false }, gaveNoSign)
  }

  #ended(attempt: Attempt, end: LegEnd): void {
    const failure = attempt.seen.failure
    if (end.answered) this.#end(end)
    else if (this.#isGivenUp || failure === undefined) {
      // Ended from here: that says nothing about the trunk.
      attempt.line.health.toldNothing()
      this.#end(end)
    } else this.#failed(attempt, failure, failure.end === 'silent' ? gaveNoSign : end)
  }

  #failed({ line, seen }: Attempt, failure: FailedAttempt, end: LegEnd): void {
    const { attempts, log, request } = this.#parts
    const after = afterFailure(failure)
    attempts.judge(line, failure, seen.retryAfterSeconds)
    const next = after === 'final' ? undefined : attempts.next(after)
    if (next === undefined) {
      this.#end(end)
      return
    }
    const [trunk, why] = [line.profile.name, failureWords(failure)]
    log.warn({ callId: request.callId, trunk, why, next: next.line.profile.name }, 'a trunk did not take a call')
    this.#try(next.line, next.target)
  }

  #end(end: LegEnd): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.emit('ended', end)
    this.removeAllListeners()
  }
}

/** As when nobody answered within 64·T1. */
const gaveNoSign: LegEnd = { answered: false, outcome: 'unreachable', sipStatus: 408 }

/** The leg that has the sound: legs over trunks wrap it. */
function carried(leg: Leg): Leg {
  return leg instanceof TrunkLeg ? leg.inner : leg
}

/** The INVITE for a trunk, but for its offer. */
export function inviteOf(
  { profile, routes }: Pick<TrunkLine, 'profile' | 'routes'>,
  target: SipTarget,
  request: DialRequest,
  ringTimeoutMs: number,
): Omit<InviteRequest, 'offer'> {
  const user = writeNumber(request.to, profile.calledForm, profile.calledRules)
  const { from, headers } = callerIdentity(profile, request.from)
  const { username, password, reliableProvisional, sessionSeconds } = profile
  return {
    target: { ...target, user },
    from: {
      user: from.user,
      ...(from.host === '' ? {} : { host: from.host }),
      ...(from.displayName === undefined ? {} : { displayName: from.displayName }),
    },
    to: { user },
    callIdPrefix: request.callId,
    ringTimeoutMs,
    reliableProvisional,
    sessionExpiresSeconds: sessionSeconds,
    ...(routes.length === 0 ? {} : { routes }),
    ...(headers.length === 0 ? {} : { headers: headers.map(([name, value]): [string, string] => [name, value]) }),
    ...(username === '' ? {} : { credentials: { username, password } }),
  }
}
