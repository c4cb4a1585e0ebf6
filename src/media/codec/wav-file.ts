import { open } from 'node:fs/promises'
import { sampleRateHz } from './g711.ts'
import { wavHeader, wavHeaderBytes } from './wav-format.ts'
import { pcmBytes } from './wav-writer.ts'

/** A sixteen-bit WAV stops at 4 GiB, the width of its size fields: 74 hours of one channel at 8 kHz. */
const mostDataBytes = 0xffff_ffff - wavHeaderBytes
/** What may wait for a slow disk: 16 seconds of two channels. */
const mostWaitingBytes = 512 * 1024

/** What is needed of a file: Node's `FileHandle` has it. */
export interface WritableFile {
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

const createFile = (path: string): Promise<WritableFile> => open(path, 'w')

/**
 * A WAV file (8 kHz, 16-bit, channels interleaved) that grows while a call goes on. Samples are written before the
 * header that counts them, and both at every `append`: whenever the process is killed, the file on disk is a playable
 * WAV of everything that was appended before.
 *
 * Memory is bounded: what a disk is too slow for is left out of the file, where it is silence, and counted in
 * `missedMs`; all that follows keeps its place in time.
 */
export class WavFile {
  readonly #handle: WritableFile
  readonly #channels: number
  #dataBytes = 0
  #waitingBytes = 0
  #missedBytes = 0
  /** Writes happen one after the other, in the order of the calls. */
  #tail: Promise<void> = Promise.resolve()
  #closed: Promise<{ durationMs: number }> | undefined

  private constructor(handle: WritableFile, channels: number) {
    this.#handle = handle
    this.#channels = channels
  }

  /** Creates or truncates the file and writes an empty WAV. @throws the file system's error. */
  static async create(path: string, channels = 1, openFile = createFile): Promise<WavFile> {
    const file = new WavFile(await openFile(path), channels)
    try {
      await file.#count(0)
    } catch (error) {
      await file.#handle.close()
      throw error
    }
    return file
  }

  /** Samples of one moment. */
  get channels(): number {
    return this.#channels
  }

  /** Milliseconds of audio handed over so far. */
  get durationMs(): number {
    return this.#milliseconds(this.#dataBytes)
  }

  /** Milliseconds that the disk was too slow for. */
  get missedMs(): number {
    return this.#milliseconds(this.#missedBytes)
  }

  /**
   * Writes samples behind those already there; the array may be reused at once. Samples beyond the size that WAV can
   * count are dropped. A failed write shows in every later `append` and in `close`.
   */
  append(samples: Int16Array): Promise<void> {
    const length = samples.length * 2
    if (this.#dataBytes + length > mostDataBytes) return this.#tail
    const position = wavHeaderBytes + this.#dataBytes
    this.#dataBytes += length
    if (this.#waitingBytes + length > mostWaitingBytes) {
      this.#missedBytes += length
      return this.#tail
    }
    const bytes = pcmBytes(samples)
    const dataBytes = this.#dataBytes
    this.#waitingBytes += length
    this.#tail = this.#tail.then(async () => {
      await this.#write(bytes, position)
      await this.#count(dataBytes)
      this.#waitingBytes -= length
    })
    // The failure belongs to whoever awaits an append or the close; without this it would also count as unhandled.
    this.#tail.catch(() => undefined)
    return this.#tail
  }

  /** Waits for what was appended and closes the file. Safe to call twice. @throws the first write error. */
  close(): Promise<{ durationMs: number }> {
    this.#closed ??= this.#end().finally(() => this.#handle.close())
    return this.#closed
  }

  async #end(): Promise<{ durationMs: number }> {
    await this.#tail
    if (this.#missedBytes > 0) {
      // What was left out may be the end, where no later write has made room for it.
      await this.#handle.truncate(wavHeaderBytes + this.#dataBytes)
      await this.#count(this.#dataBytes)
    }
    return { durationMs: this.durationMs }
  }

  async #count(dataBytes: number): Promise<void> {
    await this.#write(wavHeader(dataBytes, sampleRateHz, this.#channels), 0)
  }

  /** A disk that is almost full takes a part; the error comes with the rest. */
  async #write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done)
      done += bytesWritten
    }
  }

  #milliseconds(bytes: number): number {
    return (bytes / 2 / this.#channels / sampleRateHz) * 1000
  }
}
