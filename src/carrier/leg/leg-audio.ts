import { randomInt } from 'node:crypto'
import type { LegAudio as LegPrompt, LegRecording } from '../../engine/ports.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { pause } from '../../lib/patience.ts'
import { type Media, type MediaSession, MediaUnavailable, type RemoteMedia } from '../../media/media.ts'
import { answerAudio, audioOffer, readAudio } from '../../sip/sdp/audio.ts'
import { type AudioCodec, type LocalAudio, NoCommonAudio } from '../../sip/sdp/audio-description.ts'
import { type LocalCrypto, newCrypto } from '../../sip/sdp/crypto.ts'

/** How long a leg waits for a media process that is started again, or for a free port, and how often it asks. */
const mediaPatienceMs = 10_000
const mediaRetryMs = 250

export interface LegAudioParts {
  readonly media: Media
  readonly clock: Clock
  readonly log: Log
  readonly callId: string
  /** Local address for RTP. */
  readonly mediaHost: string
  /** Address told to the far end when it differs from `mediaHost` (behind NAT). */
  readonly advertisedHost: string
  /** In the order in which they are offered. */
  readonly codecs: readonly AudioCodec[]
  /** How keys are to be told. Whatever is agreed, all three ways are listened to. */
  readonly keys: 'rfc4733' | 'info' | 'inband'
  /** Whether the far end may send from another port than it described, which is then learnt. */
  readonly learnsPort: boolean
  readonly srtp: 'off' | 'optional' | 'required'
  /** A far end that sends nothing for so long is gone, seconds; 0: never. */
  readonly silenceSeconds: number
}

/** The sound of one line: its RTP session, and what was agreed about it in offers and answers (RFC 3264). */
export class LegAudio {
  readonly session: MediaSession
  readonly #parts: LegAudioParts
  /** o= line of our descriptions (RFC 4566 §5.2): one id for the call, a version that grows with each change. */
  readonly #sdpId = randomInt(2 ** 31)
  #sdpVersion = 1
  /** Our keys for SRTP, the same for the whole call. */
  readonly #crypto: LocalCrypto | undefined

  private constructor(session: MediaSession, parts: LegAudioParts) {
    this.session = session
    this.#parts = parts
    this.#crypto = parts.srtp === 'off' ? undefined : newCrypto(parts.srtp)
  }

  /**
   * Opens the session. Nothing has rung yet, so this may be tried again. The line stays taken meanwhile: otherwise every
   * call of the queue would be claimed and lost while the media process is away.
   *
   * @param isGivenUp whether nobody waits any more
   * @returns `undefined`: it was given up before there was a session
   * @throws {MediaUnavailable}
   */
  static async open(parts: LegAudioParts, isGivenUp: () => boolean): Promise<LegAudio | undefined> {
    const { media, clock, callId, mediaHost, silenceSeconds } = parts
    const untilMs = clock.monotonicMs() + mediaPatienceMs
    for (;;) {
      try {
        return new LegAudio(await media.open({ label: callId, host: mediaHost, silenceSeconds }), parts)
      } catch (error) {
        if (!(error instanceof MediaUnavailable) || clock.monotonicMs() >= untilMs) throw error
      }
      if (isGivenUp()) return undefined
      await pause(clock, mediaRetryMs)
    }
  }

  /** Our first offer, SDP. */
  offer(): string {
    return audioOffer(this.#local(this.#sdpVersion))
  }

  /**
   * Sends and receives as the far end's answer says.
   *
   * @returns `false`: it has no audio that was offered
   */
  async useAnswer(description: string | undefined): Promise<boolean> {
    const remote = audioOf(description, this.#crypto)
    if (remote === undefined) return false
    await this.#connect(remote)
    return true
  }

  /** Answers an offer of the far end in the dialog and does what it says. @throws {NoCommonAudio} nothing is changed */
  async answer(offer: string): Promise<string> {
    const { answer, remote } = answerAudio(offer, this.#local(this.#sdpVersion + 1))
    this.#sdpVersion++
    await this.#connect(remote)
    return answer
  }

  async play(prompt: LegPrompt, signal: AbortSignal): Promise<'complete' | 'stopped' | 'failed'> {
    const playback = this.session.play(prompt)
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

  /**
   * Connects it with another line's sound.
   *
   * @param until resolves when they shall be parted, or one of the two lines ends
   */
  async bridge(other: LegAudio, until: Promise<void>): Promise<'stopped' | 'failed'> {
    const { media, log, callId } = this.#parts
    try {
      const bridge = await media.bridge(this.session, other.session)
      await until
      await bridge.close()
      return 'stopped'
    } catch (error) {
      log.error({ callId, err: error }, 'two lines could not be connected')
      return 'failed'
    }
  }

  async record(file: string, right?: LegAudio): Promise<LegRecording> {
    const recording = await this.session.recordCall(file, right?.session)
    let stopped: ReturnType<LegRecording['stop']> | undefined
    return {
      stop: () => {
        stopped ??= recording.stop()
        return stopped
      },
    }
  }

  async listen(hear: (pcm: Int16Array) => void): Promise<() => void> {
    const listening = await this.session.listen(hear)
    const { log, callId } = this.#parts
    return () => {
      listening.stop().catch((error: unknown) => {
        // With the media process the session is gone, and hears nothing any more: its leg tells that it is lost.
        if (error instanceof MediaUnavailable) return
        log.error({ callId, err: error }, 'a leg is listened to although nobody wants to hear it')
      })
    }
  }

  #connect(remote: RemoteMedia): Promise<void> {
    return this.session.connect({ ...remote, learnsPort: this.#parts.learnsPort })
  }

  #local(version: number): LocalAudio {
    const { advertisedHost, codecs, keys } = this.#parts
    return {
      host: advertisedHost,
      port: this.session.local.port,
      codecs,
      session: { id: this.#sdpId, version },
      keyEvents: keys === 'rfc4733',
      ...(this.#crypto === undefined ? {} : { crypto: this.#crypto }),
    }
  }
}

/** The far end's audio, `undefined` when its answer has none that we can send. */
function audioOf(description: string | undefined, offered: LocalCrypto | undefined): RemoteMedia | undefined {
  if (description === undefined) return undefined
  try {
    return readAudio(description, offered)
  } catch (error) {
    if (error instanceof NoCommonAudio) return undefined
    throw error
  }
}
