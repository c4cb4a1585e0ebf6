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

export interface WavFileOptions {
  /** Samples of one moment; 1 unless told. */
  readonly channels?: number
  /** Writing failed, once: the file stays as it was, and nothing more is written. */
  readonly failed?: (error: Error) => void
  readonly openFile?: (path: string) => Promise<WritableFile>
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
  readonly #onFailed: ((error: Error) => void) | undefined
  #dataBytes = 0
  #waitingBytes = 0
  #missedBytes = 0
  #failure: Error | undefined
  /** Writes happen one after the other, in the order of the calls, until one fails. It never rejects. */
  #tail: Promise<void> = Promise.resolve()
  #closed: Promise<void> | undefined

  private constructor(handle: WritableFile, { channels = 1, failed }: WavFileOptions) {
    this.#handle = handle
    this.#channels = channels
    this.#onFailed = failed
  }

  /** Creates or truncates the file and writes an empty WAV. @throws the file system's error. */
  static async create(path: string, options: WavFileOptions = {}): Promise<WavFile> {
    const file = new WavFile(await (options.openFile ?? createFile)(path), options)
    try {
      await file.#count(0)
    } catch (error) {
      await file.#handle.close()
      throw error
    }
    return file
  }

  /** Milliseconds of audio handed over so far. */
  get durationMs(): number {
    return this.#milliseconds(this.#dataBytes)
  }

  /** Milliseconds that the disk was too slow for. */
  get missedMs(): number {
    return this.#milliseconds(this.#missedBytes)
  }

  /** Why nothing more is written, if so: the file system's first error. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /**
   * Writes samples behind those already there; the array may be reused at once. Samples beyond the size that WAV can
   * count are dropped, and those behind a failure.
   */
  append(samples: Int16Array): void {
    const length = samples.length * 2
    if (this.#failure !== undefined || this.#dataBytes + length > mostDataBytes) return
    const position = wavHeaderBytes + this.#dataBytes
    this.#dataBytes += length
    if (this.#waitingBytes + length > mostWaitingBytes) {
      this.#missedBytes += length
      return
    }
    const bytes = pcmBytes(samples)
    const dataBytes = this.#dataBytes
    this.#waitingBytes += length
    this.#then(async () => {
      await this.#write(bytes, position)
      await this.#count(dataBytes)
      this.#waitingBytes -= length
    })
  }

  /** Resolves when what was appended so far is in the file, or cannot be written: `failure` tells. */
  written(): Promise<void> {
    return this.#tail
  }

  /** Waits for what was appended and closes the file; `failure` tells whether all of it is there. Safe to call twice. */
  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  async #end(): Promise<void> {
    this.#then(() => this.#makeRoom())
    await this.#tail
    try {
      await this.#handle.close()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** What was left out may be the end, where no later write has made room for it. */
  async #makeRoom(): Promise<void> {
    if (this.#missedBytes === 0) return
    await this.#handle.truncate(wavHeaderBytes + this.#dataBytes)
    await this.#count(this.#dataBytes)
  }

  #then(work: () => Promise<void>): void {
    this.#tail = this.#tail.then(async () => {
      if (this.#failure !== undefined) return
      try {
        await work()
      } catch (error) {
        this.#fail(error)
      }
    })
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return
    this.#failure = error instanceof Error ? error : new Error(String(error))
    this.#onFailed?.(this.#failure)
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
