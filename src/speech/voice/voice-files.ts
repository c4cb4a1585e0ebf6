import { SpeechUnavailable } from '../../engine/ports.ts'
import type { Clock } from '../../lib/clock.ts'
import { sampleRateHz } from '../../media/codec/g711.ts'
import { wavHeader, wavHeaderBytes } from '../../media/codec/wav-format.ts'
import type { AudioHelper } from '../audio/audio-helper.ts'
import type { AudioCache, CachedAudio } from '../cache/audio-cache.ts'
import { contentKey } from '../cache/content-key.ts'

/** Fetches a stored voice: a WAV file, as `convertVoice` made it. `undefined` when there is none. */
export type VoiceSource = (accountId: string, voiceCode: string) => Promise<Buffer | undefined>

/** How long a voice code stands for the content it had: a voice that is replaced is heard within this time. */
const believedMs = 5_000
const mostRemembered = 1_000

/** Stored voices as files that can be played, by content: two codes with one recording share one file. */
export class VoiceFiles {
  readonly #source: VoiceSource
  readonly #cache: AudioCache
  readonly #audio: AudioHelper
  readonly #clock: Clock
  readonly #known = new Map<string, { key: string; untilMs: number }>()

  constructor(parts: { source: VoiceSource; cache: AudioCache; audio: AudioHelper; clock: Clock }) {
    this.#source = parts.source
    this.#cache = parts.cache
    this.#audio = parts.audio
    this.#clock = parts.clock
  }

  /** @throws {SpeechUnavailable} when no such voice is stored, and what the store and the file system throw */
  async find(accountId: string, voiceCode: string): Promise<CachedAudio & { readonly key: string }> {
    const name = JSON.stringify([accountId, voiceCode])
    const known = this.#known.get(name)
    if (known !== undefined && this.#clock.monotonicMs() < known.untilMs) {
      const audio = await this.#cache.find(known.key)
      if (audio !== undefined) return { ...audio, key: known.key }
    }
    const bytes = await this.#source(accountId, voiceCode)
    if (bytes === undefined) throw new SpeechUnavailable(`voice file ${voiceCode} is not stored`)
    const key = contentKey('voice 1', bytes)
    const audio = await this.#cache.get(key, async () =>
      isPromptWav(bytes) ? bytes : this.#audio.run({ do: 'convert', bytes }),
    )
    this.#remember(name, key)
    return { ...audio, key }
  }

  #remember(name: string, key: string): void {
    this.#known.delete(name)
    this.#known.set(name, { key, untilMs: this.#clock.monotonicMs() + believedMs })
    const oldest = this.#known.keys().next()
    if (this.#known.size > mostRemembered && oldest.done !== true) this.#known.delete(oldest.value)
  }
}

/** Whether the bytes are exactly what `convertVoice` writes, ready to be played. */
function isPromptWav(bytes: Buffer): boolean {
  const header = wavHeader(bytes.length - wavHeaderBytes, sampleRateHz)
  return bytes.length > wavHeaderBytes && bytes.subarray(0, wavHeaderBytes).equals(header)
}
