import { type FileHandle, open } from 'node:fs/promises'
import { sampleRateHz } from './g711.ts'
import { wavHeader, wavHeaderBytes } from './wav-format.ts'
import { pcmBytes } from './wav-writer.ts'

/** A sixteen-bit WAV stops at 4 GiB, the width of its size fields: 74 hours at 8 kHz. */
const mostDataBytes = 0xffff_ffff - wavHeaderBytes

/**
 * A WAV file (8 kHz, 16-bit, mono) that grows while a call goes on. Samples are written before the header that counts
 * them, and both at every `append`: whenever the process is killed, the file on disk is a playable WAV of everything
 * that was appended before.
 */
export class WavFile {
  readonly #handle: FileHandle
  #dataBytes = 0
  /** Writes happen one after the other, in the order of the calls. */
  #tail: Promise<void> = Promise.resolve()
  #closed: Promise<{ durationMs: number }> | undefined

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** Creates or truncates the file and writes an empty WAV. @throws the file system's error. */
  static async create(path: string): Promise<WavFile> {
    const handle = await open(path, 'w')
    try {
      await handle.write(wavHeader(0, sampleRateHz), 0, wavHeaderBytes, 0)
    } catch (error) {
      await handle.close()
      throw error
    }
    return new WavFile(handle)
  }

  /** Milliseconds of audio handed over so far. */
  get durationMs(): number {
    return (this.#dataBytes / 2 / sampleRateHz) * 1000
  }

  /**
   * Writes samples behind those already there; the array may be reused at once. Samples beyond the size that WAV can
   * count are dropped. A failed write shows in every later `append` and in `close`.
   */
  append(samples: Int16Array): Promise<void> {
    const bytes = pcmBytes(samples)
    if (this.#dataBytes + bytes.length > mostDataBytes) return this.#tail
    const position = wavHeaderBytes + this.#dataBytes
    this.#dataBytes += bytes.length
    const dataBytes = this.#dataBytes
    this.#tail = this.#tail.then(async () => {
      await this.#handle.write(bytes, 0, bytes.length, position)
      await this.#handle.write(wavHeader(dataBytes, sampleRateHz), 0, wavHeaderBytes, 0)
    })
    // The failure belongs to whoever awaits an append or the close; without this it would also count as unhandled.
    this.#tail.catch(() => undefined)
    return this.#tail
  }

  /** Waits for what was appended and closes the file. Safe to call twice. @throws the first write error. */
  close(): Promise<{ durationMs: number }> {
    this.#closed ??= this.#tail.then(() => ({ durationMs: this.durationMs })).finally(() => this.#handle.close())
    return this.#closed
  }
}
