import { readFile, stat } from 'node:fs/promises'
import { g711, sampleRateHz } from '../codec/g711.ts'
import { readWav, toMono } from '../codec/wav-reader.ts'
import type { AudioCodec } from '../media.ts'
import { applyGain, volumeGain } from './volume.ts'

/** Samples encoded before other work gets its turn: half a millisecond of work. */
const sliceSamples = 40_000

/**
 * Prompts as they go on the wire: a WAV file, encoded once per codec and volume. The least recently used are dropped
 * beyond `maxBytes`; a file that changed (its size or time of change) is read anew. Loading is asynchronous and in
 * slices, so that the 20 ms loop is not held up.
 */
export class PromptCache {
  readonly #maxBytes: number
  /** Oldest use first: a Map keeps the order in which keys were set. */
  readonly #prompts = new Map<string, Uint8Array>()
  readonly #loading = new Map<string, Promise<Uint8Array>>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Octets of encoded audio that are kept. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * The audio of a file, one octet a sample at 8 kHz. Shared: not to be written to.
   *
   * @throws the file system's error, {@link NotWav}, or an Error when the rate is not 8 kHz
   */
  async load(path: string, codec: AudioCodec, volume: number): Promise<Uint8Array> {
    const { size, mtimeMs } = await stat(path)
    const key = `${codec} ${volume} ${size} ${mtimeMs} ${path}`
    const known = this.#prompts.get(key)
    if (known !== undefined) {
      this.#prompts.delete(key)
      this.#prompts.set(key, known)
      return known
    }
    const loading = this.#loading.get(key) ?? this.#begin(key, path, codec, volume)
    return loading
  }

  #begin(key: string, path: string, codec: AudioCodec, volume: number): Promise<Uint8Array> {
    const loading = encodeFile(path, codec, volume)
      .then((prompt) => {
        this.#keep(key, prompt)
        return prompt
      })
      .finally(() => this.#loading.delete(key))
    this.#loading.set(key, loading)
    return loading
  }

  #keep(key: string, prompt: Uint8Array): void {
    this.#prompts.set(key, prompt)
    this.#bytes += prompt.length
    for (const [oldest, dropped] of this.#prompts) {
      if (this.#bytes <= this.#maxBytes) break
      this.#prompts.delete(oldest)
      this.#bytes -= dropped.length
    }
  }
}

async function encodeFile(path: string, codec: AudioCodec, volume: number): Promise<Uint8Array> {
  const audio = readWav(await readFile(path))
  if (audio.sampleRateHz !== sampleRateHz) {
    throw new Error(`a prompt must be 8000 Hz, this one is ${audio.sampleRateHz} Hz`)
  }
  const samples = toMono(audio)
  const law = g711(codec)
  const gain = volumeGain(volume)
  const prompt = new Uint8Array(samples.length)
  for (let at = 0; at < samples.length; at += sliceSamples) {
    const slice = samples.subarray(at, at + sliceSamples)
    applyGain(slice, gain)
    law.encodeInto(slice, prompt, at)
    if (at + sliceSamples < samples.length) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return prompt
}
