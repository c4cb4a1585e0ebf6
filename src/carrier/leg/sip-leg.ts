import { EventEmitter } from 'node:events'
import type { CallOutcome } from '../../domain/call/call-outcome.ts'
import type { Leg, LegEnd, LegEvents, LegAudio as LegPrompt, LegRecording } from '../../engine/ports.ts'
import { keyOfInfo } from '../../media/dtmf/info-key.ts'
import { KeyPace } from '../../media/dtmf/key-pace.ts'
import type { MediaSession, RtpStatistics } from '../../media/media.ts'
import { NoCommonAudio } from '../../sip/sdp/audio-description.ts'
import type { OutgoingCall, SipCallEnd, SipCallEvents } from '../../sip/user-agent.types.ts'
import { outcomeFromSip } from '../outcome-from-sip.ts'
import type { LegPlan } from '../trunks/ports.ts'
import { HeardPresses, type KeyWay } from './heard-presses.ts'
import { LegAudio, type LegAudioParts } from './leg-audio.ts'

type RespondToOffer = SipCallEvents['offer'][1]

/** Keeps what a line was, for whoever asks after the call. */
export interface LegTrace {
  /** Its INVITE has left. @param sipCallId the Call-ID header of its messages */
  legBegan(callId: string, trunk: string, sipCallId: string): void
  /** It is over. @param statistics what RTP counted */
  soundEnded(callId: string, local: MediaSession['local'], statistics: RtpStatistics): void
}

/** What a leg is made of. */
export interface SipLegParts extends LegPlan, LegAudioParts {
  readonly trace?: LegTrace | undefined
}

/**
 * One outgoing line: a SIP call and its RTP session, joined. The session is opened first, because the offer names its
 * port; it is closed when the call ends, and `ended` is emitted after that.
 */
export class SipLeg extends EventEmitter<LegEvents> implements Leg {
  readonly #parts: SipLegParts
  #audio: LegAudio | undefined
  #call: OutgoingCall | undefined
  #phase: 'opening' | 'calling' | 'answered' | 'ended' = 'opening'
  #hangUpAsked = false
  #hasEarlyMedia = false
  readonly #presses = new HeardPresses()
  /** For keys by SIP INFO; those of the audio stream are counted where they come in. */
  readonly #infoPace = new KeyPace()
  #broken: Breakdown | undefined
  #tellEnding: () => void = () => {}
  /** Resolves as soon as the line is no good any more: before its session is closed, and before `ended`. */
  readonly #ending = new Promise<void>((resolve) => {
    this.#tellEnding = resolve
  })

  constructor(parts: SipLegParts) {
    super()
    this.#parts = parts
    this.#open().catch((error: unknown) => this.#breakDown(`it could not be opened: ${messageOf(error)}`))
  }

  async play(prompt: LegPrompt, signal: AbortSignal): Promise<'complete' | 'stopped' | 'failed'> {
    if (this.#phase === 'ended') return 'stopped'
    if (this.#audio === undefined || this.#phase !== 'answered') return 'failed'
    return await this.#audio.play(prompt, signal)
  }

  async bridge(other: Leg, signal: AbortSignal): Promise<'stopped' | 'failed'> {
    if (this.#phase === 'ended' || signal.aborted) return 'stopped'
    if (!(other instanceof SipLeg) || this.#phase !== 'answered') return 'failed'
    if (other.#phase === 'ended') return 'stopped'
    if (this.#audio === undefined || other.#audio === undefined || !other.#isAudible) return 'failed'
    let part = () => {}
    const asked = new Promise<void>((resolve) => {
      part = resolve
    })
    signal.addEventListener('abort', part, { once: true })
    const end = await this.#audio.bridge(other.#audio, Promise.race([asked, this.#ending, other.#ending]))
    signal.removeEventListener('abort', part)
    return end
  }

  async record(file: string, other?: Leg): Promise<LegRecording> {
    const right = other instanceof SipLeg ? other.#audio : undefined
    if (this.#audio === undefined || (other !== undefined && right === undefined)) throw new Error('no sound to record')
    return await this.#audio.record(file, right)
  }

  async listen(hear: (pcm: Int16Array) => void): Promise<() => void> {
    if (this.#audio === undefined) throw new Error('no sound to listen to')
    return await this.#audio.listen(hear)
  }

  hangUp(): void {
    this.#hangUpAsked = true
    this.#call?.hangUp()
  }

  describe(): string {
    const rtp = this.#audio === undefined ? 'no media' : `rtp ${this.#audio.session.local.port}`
    return `leg ${this.#phase}, sip ${this.#call?.state ?? 'none'}, ${rtp}`
  }

  /** Whether its far end can be heard. */
  get #isAudible(): boolean {
    return this.#phase === 'answered' || (this.#phase === 'calling' && this.#hasEarlyMedia)
  }

  async #open(): Promise<void> {
    const { agent, invite, callId, trunk, trace } = this.#parts
    const audio = await LegAudio.open(this.#parts, () => this.#hangUpAsked)
    this.#audio = audio
    if (audio === undefined || this.#hangUpAsked) {
      await this.#finish({ answered: false, outcome: 'cancelled' })
      return
    }
    const { session } = audio
    session.on('keyDown', (key) => this.#hearKey(key, 'media'))
    session.on('silent', () => this.#vanish('no packet came from the far end any more'))
    session.once('lost', () => this.#breakDown('the media process ended'))
    const call = agent.invite({ ...invite, offer: audio.offer() })
    this.#call = call
    this.#phase = 'calling'
    trace?.legBegan(callId, trunk, call.callId)
    call.on('progress', (status, description) => {
      if (status === 180) this.emit('ringing')
      if (description !== undefined) this.#hearEarly(audio, description)
    })
    call.once('answered', (description) => {
      this.#answer(audio, description).catch((error: unknown) => this.#breakDown(messageOf(error)))
    })
    call.on('info', (contentType, body) => {
      const key = keyOfInfo(contentType, body)
      if (key !== undefined && this.#infoPace.takes(this.#parts.clock.monotonicMs())) this.#hearKey(key, 'info')
    })
    call.on('offer', (offer, respond) => {
      this.#answerOffer(audio, offer, respond).catch((error: unknown) => this.#breakDown(messageOf(error)))
    })
    call.on('remoteChanged', (description) => {
      audio.useAnswer(description).catch((error: unknown) => this.#breakDown(messageOf(error)))
    })
    call.once('ended', (end) => {
      this.#finish(this.#endOf(end)).catch((error: unknown) => this.#closingFailed(error))
    })
  }

  /** The network plays something before the answer (RFC 3960). What cannot be used is left: the answer decides. */
  #hearEarly(audio: LegAudio, description: string): void {
    audio
      .useAnswer(description)
      .then((isUsable) => {
        if (!isUsable || this.#hasEarlyMedia || this.#phase !== 'calling') return
        this.#hasEarlyMedia = true
        this.emit('earlyMedia')
      })
      .catch((error: unknown) => this.#breakDown(messageOf(error)))
  }

  async #answer(audio: LegAudio, description: string | undefined): Promise<void> {
    if (!(await audio.useAnswer(description))) {
      this.#breakDown('the answer has no audio that was offered', 'codecRefused')
      return
    }
    if (this.#phase !== 'calling') return
    this.#phase = 'answered'
    this.emit('answered')
  }

  /** Keys count from the answer on: before it nobody there can have been asked for one. */
  #hearKey(key: string, way: KeyWay): void {
    if (this.#phase !== 'answered' || !this.#presses.isNew(key, way, this.#parts.clock.monotonicMs())) return
    this.emit('keyPressed', key)
  }

  /** The far end changes the session (hold, resume, another codec or address; RFC 3264 §8). */
  async #answerOffer(audio: LegAudio, offer: string, respond: RespondToOffer): Promise<void> {
    try {
      respond({ description: await audio.answer(offer) })
    } catch (error) {
      if (!(error instanceof NoCommonAudio)) throw error
      respond({ status: 488, reason: 'Not Acceptable Here' })
    }
  }

  #endOf(end: SipCallEnd): LegEnd {
    if (this.#phase === 'answered') {
      if (this.#broken !== undefined) return { answered: true, by: this.#broken.by, broken: this.#broken.reason }
      if (end.kind === 'bye') return { answered: true, by: end.by === 'there' ? 'callee' : 'here' }
      // Its session timer ran out, its transport is gone, or it broke the dialog.
      return { answered: true, by: 'network', broken: end.kind === 'failed' ? end.reason : end.kind }
    }
    if (this.#broken !== undefined) return { answered: false, outcome: this.#broken.outcome }
    // The callee hung up between its 200 and the moment our media was ready: it did answer, for an instant.
    if (end.kind === 'bye' && end.by === 'there') return { answered: true, by: 'callee' }
    if (end.kind === 'bye') return { answered: false, outcome: 'cancelled', sipStatus: 200 }
    return { answered: false, ...outcomeFromSip(end) }
  }

  /** The far end is gone without a word. Before the answer that is for SIP to notice. */
  #vanish(reason: string): void {
    if (this.#phase !== 'answered') return
    this.#parts.log.warn({ callId: this.#parts.callId, reason }, 'the far end vanished')
    this.#giveUp({ by: 'network', reason, outcome: 'lineLost' })
  }

  /** Something on our side failed. */
  #breakDown(reason: string, outcome: CallOutcome = 'systemError'): void {
    if (this.#phase === 'ended') return
    this.#parts.log.error({ callId: this.#parts.callId, phase: this.#phase, reason }, 'leg broke')
    this.#giveUp({ by: 'here', reason, outcome })
  }

  /** Ends the SIP call if there is one, else the leg itself. The first reason is the one that tells. */
  #giveUp(broken: Breakdown): void {
    this.#broken ??= broken
    this.#tellEnding()
    if (this.#call !== undefined) {
      this.#call.hangUp({ q850: 41, text: 'Temporary failure' })
      return
    }
    this.#finish({ answered: false, outcome: broken.outcome }).catch((error: unknown) => this.#closingFailed(error))
  }

  async #finish(end: LegEnd): Promise<void> {
    if (this.#phase === 'ended') return
    const isAnswerNews = end.answered && this.#phase !== 'answered'
    this.#phase = 'ended'
    this.#tellEnding()
    try {
      await this.#closeAudio()
    } catch (error) {
      this.#closingFailed(error)
    }
    // In one moment: whoever begins something at the answer (a second call, say) sees first that it is over.
    if (isAnswerNews) this.emit('answered')
    this.emit('ended', end)
    this.removeAllListeners()
  }

  async #closeAudio(): Promise<void> {
    if (this.#audio === undefined) return
    const { session } = this.#audio
    const statistics = await session.close()
    this.#parts.log.debug({ callId: this.#parts.callId, rtp: statistics }, 'leg closed')
    this.#parts.trace?.soundEnded(this.#parts.callId, session.local, statistics)
  }

  #closingFailed(error: unknown): void {
    this.#parts.log.error({ callId: this.#parts.callId, err: error }, 'the media session could not be closed cleanly')
  }
}

/** Why a leg is given up from here. */
interface Breakdown {
  /** `network`: the far end is gone; `here`: a part of ours failed. */
  readonly by: 'here' | 'network'
  readonly reason: string
  readonly outcome: CallOutcome
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
