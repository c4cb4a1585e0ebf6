import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import { keyOfInfo } from '../media/dtmf/info-key.ts'
import type { Media, MediaSession, PlayAudio, Recording, RemoteMedia, RtpStatistics } from '../media/media.ts'
import { answerAudio, audioOffer, readAudio } from '../sip/sdp/audio.ts'
import { type LocalAudio, NoCommonAudio } from '../sip/sdp/audio-description.ts'
import type { IncomingCall } from '../sip/user-agent.types.ts'
import { CallOver, whileAlive } from './pause.ts'
import type { PhoneFaults, Reliability } from './phone-script.ts'

export interface LineOptions {
  readonly call: IncomingCall
  readonly media: Media
  readonly clock: Clock
  /** For logs of the media layer: the id of the phone's call. */
  readonly label: string
  /** Address of this machine that the caller reaches, for SDP and RTP. */
  readonly host: string
  readonly faults: PhoneFaults
  /** Where the far end is recorded, from the answer on. */
  readonly heardFile: string
  /** Aborted when the call is over. */
  readonly signal: AbortSignal
  readonly news: LineNews
}

/** What the line tells while the script runs. */
export interface LineNews {
  confirmed(): void
  keyHeard(key: string, by: 'rtp' | 'info', durationMs?: number): void
  audioHeard(): void
  changed(direction: RemoteMedia['direction']): void
  /** The audio is gone or was never agreed: the call can only be ended. */
  broken(why: string): void
}

/** The offer has no audio for this phone: the call was answered 488 (RFC 3261 §21.4.26). */
export class LineRefused extends Error {
  override readonly name = 'LineRefused'
}

/** One SIP call and one RTP session, joined: what a handset can do on the line. */
export class PhoneLine {
  readonly #options: LineOptions
  /** Session id of our SDP, and how many versions of it were sent. */
  readonly #sessionId: number
  #descriptions = 0
  #session: MediaSession | undefined
  #opening: Promise<MediaSession> | undefined
  /** Our answer to the caller's offer, the same in 183 and 200 (RFC 3261 §13.3.1.4). */
  #answer: string | undefined
  #recording: Recording | undefined
  #isLost = false
  #isConfirmed = false
  #onConfirmed: () => void = () => {}

  constructor(options: LineOptions) {
    this.#options = options
    this.#sessionId = Math.trunc(options.clock.now())
    const { call, news } = options
    call.on('answered', (description) => {
      this.#confirm(description).catch((error: unknown) => news.broken(`no audio after the answer: ${error}`))
    })
    call.on('offer', (offer, respond) => {
      this.#change(offer).then(respond, (error: unknown) => {
        respond({ status: 500, reason: 'Server Internal Error' })
        news.broken(`no audio after a new offer: ${error}`)
      })
    })
    call.on('info', (contentType, body) => {
      const key = keyOfInfo(contentType, body)
      if (key !== undefined) news.keyHeard(key, 'info')
    })
  }

  /** 180 Ringing. */
  ring(how: Reliability): void {
    this.#options.call.ring(undefined, how)
  }

  /** 183 with our audio, if it was not sent before; sound may be played from now on. @throws {LineRefused} */
  async openEarlyMedia(how: Reliability): Promise<void> {
    if (this.#answer !== undefined) return
    // Without an offer in the INVITE there is no early media (RFC 3261 §13.2.1): only the status is shown.
    if (this.#options.call.remoteDescription === undefined) return this.ring(how)
    this.#options.call.ring(await this.#agree(), how)
  }

  /** 200 OK, recording on; resolves with the caller's ACK. @throws {LineRefused} */
  async answer(): Promise<void> {
    const { call, heardFile, signal } = this.#options
    const session = await this.#open()
    const description =
      call.remoteDescription === undefined ? audioOffer(this.#local(session)) : (this.#answer ?? (await this.#agree()))
    await mkdir(dirname(heardFile), { recursive: true })
    this.#recording = await session.record(heardFile)
    if (signal.aborted) throw new CallOver('the call is over')
    call.accept(description)
    if (this.#isConfirmed) return
    await whileAlive<void>(signal, (resolve) => {
      this.#onConfirmed = resolve
      return () => {}
    })
  }

  /** Plays a WAV to its end. @throws when it cannot be read; {CallOver} when the call ends first */
  async play(file: string): Promise<void> {
    if (this.#session === undefined) return
    const audio: PlayAudio = { files: [file], times: 1, gapMs: 0, volume: 100 }
    const ended = await this.#session.play(audio).finished
    if (this.#options.signal.aborted) throw new CallOver('the call is over')
    if (ended.end === 'failed') throw new Error(`the sound could not be played: ${ended.reason}`)
  }

  async press(keys: string): Promise<void> {
    await this.#session?.press(keys)
  }

  /** What was sent and heard so far; undefined without audio. */
  async statistics(): Promise<RtpStatistics | undefined> {
    return this.#isLost ? undefined : this.#session?.statistics()
  }

  /**
   * Falls silent: ends recording and audio. Safe to call twice.
   *
   * @returns length of the recording in milliseconds and the counters, where there were any
   */
  async close(): Promise<{ heardMs?: number; rtp?: RtpStatistics }> {
    const session = this.#session
    const recording = this.#recording
    this.#session = undefined
    this.#recording = undefined
    if (session === undefined || this.#isLost) return {}
    const heard = await recording?.stop()
    const rtp = await session.close()
    return { ...(heard && { heardMs: Math.round(heard.durationMs) }), rtp }
  }

  #open(): Promise<MediaSession> {
    this.#opening ??= this.#openSession()
    return this.#opening
  }

  async #openSession(): Promise<MediaSession> {
    const { media, label, host, faults, signal, news } = this.#options
    const { lateByeSeconds: _, ...lineFaults } = faults
    const session = await media.open({ label, host, faults: lineFaults })
    if (signal.aborted) {
      await session.close()
      throw new CallOver('the call is over')
    }
    this.#session = session
    session.on('digit', (key, durationMs) => news.keyHeard(key, 'rtp', durationMs))
    session.on('heard', () => news.audioHeard())
    session.on('lost', () => {
      this.#isLost = true
      news.broken('the media process ended')
    })
    return session
  }

  /** Answers the offer of the INVITE and connects the audio. @throws {LineRefused} */
  async #agree(): Promise<string> {
    const session = await this.#open()
    try {
      const { answer, remote } = answerAudio(this.#options.call.remoteDescription ?? '', this.#local(session))
      await session.connect(remote)
      this.#answer = answer
      return answer
    } catch (error) {
      if (!(error instanceof NoCommonAudio)) throw error
      throw new LineRefused(error.message)
    }
  }

  async #confirm(description: string | undefined): Promise<void> {
    this.#isConfirmed = true
    // The INVITE had no offer: ours was in the 200, the answer came with the ACK (RFC 3261 §13.2.2.4).
    if (this.#answer === undefined && description !== undefined) await this.#session?.connect(readAudio(description))
    this.#options.news.confirmed()
    this.#onConfirmed()
  }

  /** Hold, resume, another address or codec: re-INVITE and UPDATE (RFC 3264 §8). */
  async #change(offer: string): Promise<{ description: string } | { status: number; reason: string }> {
    const session = this.#session
    if (session === undefined) return notAcceptable
    try {
      const { answer, remote } = answerAudio(offer, this.#local(session))
      await session.connect(remote)
      this.#options.news.changed(remote.direction)
      return { description: answer }
    } catch (error) {
      if (error instanceof NoCommonAudio) return notAcceptable
      throw error
    }
  }

  /** Each description that this end sends is a new version of the same session (RFC 4566 §5.2). */
  #local(session: MediaSession): LocalAudio {
    this.#descriptions++
    return { ...session.local, session: { id: this.#sessionId, version: this.#descriptions } }
  }
}

const notAcceptable = { status: 488, reason: 'Not Acceptable Here' }
