import { randomInt } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { CallOutcome } from '../domain/call/call-outcome.ts'
import type { Leg, LegAudio, LegEnd, LegEvents } from '../engine/ports.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { keyOfInfo } from '../media/dtmf/info-key.ts'
import { type Media, type MediaSession, MediaUnavailable, type RemoteMedia } from '../media/media.ts'
import { answerAudio, audioOffer, readAudio } from '../sip/sdp/audio.ts'
import { type LocalAudio, NoCommonAudio } from '../sip/sdp/audio-description.ts'
import type { InviteRequest, OutgoingCall, SipCallEnd, SipCallEvents, SipUserAgent } from '../sip/user-agent.types.ts'
import { HeardPresses, type KeyWay } from './heard-presses.ts'
import { outcomeFromSip } from './outcome-from-sip.ts'

type RespondToOffer = SipCallEvents['offer'][1]

/** How long a leg waits for a media process that is started again, or for a free port, and how often it asks. */
const mediaPatienceMs = 10_000
const mediaRetryMs = 250

/** What a leg is made of. */
export interface SipLegParts {
  readonly agent: SipUserAgent
  readonly media: Media
  readonly clock: Clock
  readonly log: Log
  readonly callId: string
  /** Local address for RTP. */
  readonly mediaHost: string
  /** Address told to the far end when it differs from `mediaHost` (behind NAT). */
  readonly advertisedHost: string
  /** Everything of the INVITE but the offer. */
  readonly invite: Omit<InviteRequest, 'offer'>
}

/**
 * One outgoing line: a SIP call and its RTP session, joined. The session is opened first, because the offer names its
 * port; it is closed when the call ends, and `ended` is emitted after that.
 */
export class SipLeg extends EventEmitter<LegEvents> implements Leg {
  readonly #parts: SipLegParts
  #session: MediaSession | undefined
  #call: OutgoingCall | undefined
  #phase: 'opening' | 'calling' | 'answered' | 'ended' = 'opening'
  #hangUpAsked = false
  readonly #presses = new HeardPresses()
  /** o= line of our descriptions (RFC 4566 §5.2): one id for the call, a version that grows with each change. */
  readonly #sdpId = randomInt(2 ** 31)
  #sdpVersion = 1
  #broken: { reason: string; outcome: CallOutcome } | undefined

  constructor(parts: SipLegParts) {
    super()
    this.#parts = parts
    this.#open().catch((error: unknown) => this.#breakDown(`media could not be opened: ${messageOf(error)}`))
  }

  async play(audio: LegAudio, signal: AbortSignal): Promise<'complete' | 'stopped' | 'failed'> {
    const session = this.#session
    if (this.#phase === 'ended') return 'stopped'
    if (session === undefined || this.#phase !== 'answered') return 'failed'
    const playback = session.play(audio)
    const stop = () => playback.stop()
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    const end = await playback.finished
    signal.removeEventListener('abort', stop)
    if (end.end === 'failed') {
      this.#parts.log.error({ callId: this.#parts.callId, reason: end.reason }, 'a prompt could not be played')
    }
    return end.end
  }

  hangUp(): void {
    this.#hangUpAsked = true
    this.#call?.hangUp()
  }

  describe(): string {
    const rtp = this.#session === undefined ? 'no media' : `rtp ${this.#session.local.port}`
    return `leg ${this.#phase}, sip ${this.#call?.state ?? 'none'}, ${rtp}`
  }

  async #open(): Promise<void> {
    const { agent, advertisedHost, invite } = this.#parts
    const session = await this.#openSession()
    this.#session = session
    session.on('keyDown', (key) => this.#hearKey(key, 'media'))
    session.once('lost', () => this.#breakDown('the media process ended'))
    if (this.#hangUpAsked) {
      await this.#finish({ answered: false, outcome: 'cancelled' })
      return
    }
    const local: LocalAudio = {
      host: advertisedHost,
      port: session.local.port,
      session: { id: this.#sdpId, version: 1 },
    }
    const call = agent.invite({ ...invite, offer: audioOffer(local) })
    this.#call = call
    this.#phase = 'calling'
    call.on('progress', (status) => {
      if (status === 180) this.emit('ringing')
    })
    call.once('answered', (description) => {
      this.#answer(session, description).catch((error: unknown) => this.#breakDown(messageOf(error)))
    })
    call.on('info', (contentType, body) => {
      const key = keyOfInfo(contentType, body)
      if (key !== undefined) this.#hearKey(key, 'info')
    })
    call.on('offer', (offer, respond) => this.#answerOffer(session, offer, respond))
    call.once('ended', (end) => {
      this.#finish(this.#endOf(end)).catch((error: unknown) => this.#closingFailed(error))
    })
  }

  /**
   * Nothing has rung yet, so this may be tried again. The line stays taken meanwhile: otherwise every call of the queue
   * would be claimed and lost while the media process is away.
   */
  async #openSession(): Promise<MediaSession> {
    const { media, clock, callId, mediaHost } = this.#parts
    const untilMs = clock.monotonicMs() + mediaPatienceMs
    for (;;) {
      try {
        return await media.open({ label: callId, host: mediaHost })
      } catch (error) {
        const mayPass = error instanceof MediaUnavailable && clock.monotonicMs() < untilMs
        if (!mayPass || this.#hangUpAsked) throw error
      }
      await new Promise<void>((resolve) => void clock.after(mediaRetryMs, resolve))
    }
  }

  async #answer(session: MediaSession, description: string | undefined): Promise<void> {
    const remote = audioOf(description)
    if (remote === undefined) {
      this.#breakDown('the answer has no audio that was offered', 'codecRefused')
      return
    }
    await session.connect(remote)
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
  #answerOffer(session: MediaSession, offer: string, respond: RespondToOffer): void {
    const version = ++this.#sdpVersion
    const local: LocalAudio = {
      host: this.#parts.advertisedHost,
      port: session.local.port,
      session: { id: this.#sdpId, version },
    }
    try {
      const { answer, remote } = answerAudio(offer, local)
      session
        .connect(remote)
        .then(() => respond({ description: answer }))
        .catch((error: unknown) => this.#breakDown(messageOf(error)))
    } catch (error) {
      if (!(error instanceof NoCommonAudio)) throw error
      respond({ status: 488, reason: 'Not Acceptable Here' })
    }
  }

  #endOf(end: SipCallEnd): LegEnd {
    if (this.#phase === 'answered') {
      if (this.#broken !== undefined) return { answered: true, by: 'here', broken: this.#broken.reason }
      if (end.kind === 'bye') return { answered: true, by: end.by === 'there' ? 'callee' : 'here' }
      return { answered: true, by: 'here', broken: end.kind === 'failed' ? end.reason : end.kind }
    }
    if (this.#broken !== undefined) return { answered: false, outcome: this.#broken.outcome }
    // The callee hung up between its 200 and the moment our media was ready: it did answer, for an instant.
    if (end.kind === 'bye' && end.by === 'there') return { answered: true, by: 'callee' }
    if (end.kind === 'bye') return { answered: false, outcome: 'cancelled', sipStatus: 200 }
    return { answered: false, ...outcomeFromSip(end) }
  }

  /** Something on our side failed: end the SIP call if there is one, else the leg itself. */
  #breakDown(reason: string, outcome: CallOutcome = 'systemError'): void {
    if (this.#phase === 'ended') return
    this.#broken = { reason, outcome }
    this.#parts.log.error({ callId: this.#parts.callId, phase: this.#phase, reason }, 'leg broke')
    if (this.#call !== undefined) {
      this.#call.hangUp({ q850: 41, text: 'Temporary failure' })
      return
    }
    this.#finish({ answered: false, outcome }).catch((error: unknown) => this.#closingFailed(error))
  }

  async #finish(end: LegEnd): Promise<void> {
    if (this.#phase === 'ended') return
    const isAnswerNews = end.answered && this.#phase !== 'answered'
    this.#phase = 'ended'
    if (isAnswerNews) this.emit('answered')
    try {
      const statistics = await this.#session?.close()
      if (statistics !== undefined) {
        this.#parts.log.debug({ callId: this.#parts.callId, rtp: statistics }, 'leg closed')
      }
    } catch (error) {
      this.#closingFailed(error)
    }
    this.emit('ended', end)
    this.removeAllListeners()
  }

  #closingFailed(error: unknown): void {
    this.#parts.log.error({ callId: this.#parts.callId, error }, 'the media session could not be closed cleanly')
  }
}

/** The far end's audio, `undefined` when its answer has none that we can send. */
function audioOf(description: string | undefined): RemoteMedia | undefined {
  if (description === undefined) return undefined
  try {
    return readAudio(description)
  } catch (error) {
    if (error instanceof NoCommonAudio) return undefined
    throw error
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
