import { type G711, g711 } from '../codec/g711.ts'
import { eventPress, type KeyLine, tonePress } from '../dtmf/key-line.ts'
import type { PlayAudio, PlaybackEnd, RemoteMedia } from '../media.ts'
import { Playout } from '../playout/playout.ts'
import type { PromptCache } from '../playout/prompt-cache.ts'
import { type FrameSource, frameSamples, type RtpSender } from '../rtp/rtp-sender.ts'

/** How the far end wants its audio. */
type Encoding = Pick<RemoteMedia, 'codec' | 'payloadType' | 'telephoneEventPayloadType'>

interface RunningPlayback {
  readonly audio: PlayAudio
  readonly resolve: (end: PlaybackEnd) => void
  /** Absent while its files are loaded. */
  playout: Playout | undefined
}

interface WaitingKey {
  readonly key: string
  /** For the last key of a press. */
  readonly pressed?: { resolve: () => void; reject: (error: Error) => void }
}

/**
 * What one session sends, frame by frame: keys first (a prompt waits meanwhile and loses nothing), then the prompt,
 * else silence. Silence is sent, not left out: a steady stream keeps NAT bindings open and tells the far end that the
 * line lives; it costs what a prompt costs.
 */
export class OutgoingAudio {
  readonly #prompts: Pick<PromptCache, 'load'>
  #encoding: Encoding | undefined
  #law: G711 = g711('PCMA')
  #playback: RunningPlayback | undefined
  #keys: WaitingKey[] = []
  #keyLine: KeyLine | undefined
  readonly #silence: FrameSource = {
    fillFrame: (packet, offset) => void packet.fill(this.#law.silence, offset, offset + frameSamples),
  }

  constructor(prompts: Pick<PromptCache, 'load'>) {
    this.#prompts = prompts
  }

  /** How audio is to be encoded from now on; what plays goes on in the new codec at the same sample. */
  encodeAs(encoding: Encoding): void {
    const isNewCodec = this.#encoding?.codec !== encoding.codec
    this.#encoding = encoding
    this.#law = g711(encoding.codec)
    if (isNewCodec && this.#playback !== undefined) void this.#load(this.#playback)
  }

  /** Whether a prompt is playing or loading. */
  get isPlaying(): boolean {
    return this.#playback !== undefined
  }

  /** Whether the next frame is a prompt's or a key's. */
  get isBusy(): boolean {
    return this.#keys.length > 0 || this.#playback?.playout !== undefined
  }

  /** Plays from the next frame after its files are loaded; stops what played before. Before `encodeAs` it waits. */
  play(audio: PlayAudio): { finished: Promise<PlaybackEnd>; stop: () => void } {
    this.#endPlayback({ end: 'stopped' })
    let stop = (): void => undefined
    const finished = new Promise<PlaybackEnd>((resolve) => {
      const playback: RunningPlayback = { audio, resolve, playout: undefined }
      this.#playback = playback
      if (this.#encoding !== undefined) void this.#load(playback)
      stop = () => {
        if (this.#playback === playback) this.#endPlayback({ end: 'stopped' })
      }
    })
    return { finished, stop }
  }

  /** Presses keys one after the other, behind those that wait already. Resolves when the last was sent. */
  press(keys: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (keys.length === 0) resolve()
      keys.forEach((key, i) => {
        this.#keys.push(i === keys.length - 1 ? { key, pressed: { resolve, reject } } : { key })
      })
    })
  }

  /** Presses a key of somebody else's, behind those that wait; the end of the session may cut it off. */
  passOn(key: string): void {
    this.#keys.push({ key })
  }

  /** Sends the next 20 ms. Only after `encodeAs`. */
  sendFrame(sender: RtpSender): void {
    if (this.#encoding === undefined) return
    if (this.#sendKey(this.#encoding, sender)) return
    const playback = this.#playback
    if (playback?.playout === undefined) {
      sender.sendAudio(this.#encoding.payloadType, this.#silence)
      return
    }
    sender.sendAudio(this.#encoding.payloadType, playback.playout)
    if (playback.playout.isComplete) this.#endPlayback({ end: 'complete' })
  }

  /** Ends what plays and what waits. */
  close(): void {
    this.#endPlayback({ end: 'stopped' })
    for (const { pressed } of this.#keys) pressed?.reject(new Error('the session was closed before all keys were sent'))
    this.#keys = []
  }

  /** @returns whether the frame is taken */
  #sendKey(encoding: Encoding, sender: RtpSender): boolean {
    // Nearly always; asked first, since the length is nearer than the first element.
    if (this.#keys.length === 0) return false
    const waiting = this.#keys[0]
    if (waiting === undefined) return false
    this.#keyLine ??=
      encoding.telephoneEventPayloadType === undefined
        ? tonePress(waiting.key, encoding.payloadType, this.#law)
        : eventPress(waiting.key, encoding.telephoneEventPayloadType)
    if (!this.#keyLine.sendFrame(sender)) sender.sendAudio(encoding.payloadType, this.#silence)
    if (this.#keyLine.isDone) {
      this.#keyLine = undefined
      this.#keys.shift()
      waiting.pressed?.resolve()
    }
    return true
  }

  async #load(playback: RunningPlayback): Promise<void> {
    const { audio } = playback
    const { codec, silence } = this.#law
    try {
      const segments = await Promise.all(audio.files.map((file) => this.#prompts.load(file, codec, audio.volume)))
      if (this.#playback !== playback || this.#law.codec !== codec) return
      if (playback.playout === undefined) playback.playout = new Playout({ ...audio, segments }, silence)
      else playback.playout.recode(segments, silence)
      if (playback.playout.isComplete) this.#endPlayback({ end: 'complete' })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (this.#playback === playback) this.#endPlayback({ end: 'failed', reason })
    }
  }

  #endPlayback(end: PlaybackEnd): void {
    const playback = this.#playback
    this.#playback = undefined
    playback?.resolve(end)
  }
}
