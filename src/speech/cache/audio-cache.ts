import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../lib/clock.ts'
import { hasCode } from '../../lib/error-code.ts'
import type { Log } from '../../lib/log.ts'
import { sampleRateHz } from '../../media/codec/g711.ts'
import { wavHeaderBytes } from '../../media/codec/wav-format.ts'

/** A prompt file (8 kHz, 16-bit, mono WAV) that can be played now. */
export interface CachedAudio {
  readonly file: string
  readonly durationMs: number
}

export interface AudioCacheOptions {
  /** Folder of its own: whatever else lies in it and looks like a cached file is taken for one. */
  readonly dir: string
  readonly mostBytes: number
  readonly clock: Clock
  readonly log: Log
}

interface Entry {
  readonly bytes: number
  /** Monotonic milliseconds; `undefined` while it was not handed out since the start. */
  lastUsedMs: number | undefined
  /** When the file was last seen on disk. */
  lastSeenMs: number
}

/** A file that was handed out stays this long: a call may still be about to play it. */
const keptAfterUseMs = 3_600_000
/** How long a file that was seen on disk is believed to be there. */
const believedMs = 60_000
/** Eviction goes a little below the limit, so that it does not run at every new file. */
const evictionShare = 0.9
const warningPauseMs = 60_000

/**
 * Rendered audio by content key, on disk, bounded in bytes. Files appear whole or not at all. Whoever asks for a key
 * that is being made waits for it: nothing is made twice at once.
 */
export class AudioCache {
  readonly #options: AudioCacheOptions
  /** In the order of last use, oldest first. */
  readonly #entries = new Map<string, Entry>()
  readonly #making = new Map<string, Promise<CachedAudio>>()
  /** Evicted files on their way out: a new one under the same name has to wait. */
  readonly #removing = new Map<string, Promise<void>>()
  #bytes = 0
  #temporaryFiles = 0
  #nextWarningMs = 0
  #evicting: Promise<void> | undefined

  private constructor(options: AudioCacheOptions) {
    this.#options = options
  }

  /** Creates the folder, clears what a crash left half written, and learns what is there. @throws file system errors. */
  static async open(options: AudioCacheOptions): Promise<AudioCache> {
    const cache = new AudioCache(options)
    await mkdir(options.dir, { recursive: true })
    const found: { key: string; bytes: number; writtenMs: number }[] = []
    for (const name of await readdir(options.dir)) {
      if (name.endsWith('.part')) await rm(join(options.dir, name), { force: true })
      const key = /^([0-9a-f]{40})\.wav$/.exec(name)?.[1]
      if (key === undefined) continue
      const { size, mtimeMs } = await stat(join(options.dir, name))
      found.push({ key, bytes: size, writtenMs: mtimeMs })
    }
    found.sort((a, b) => a.writtenMs - b.writtenMs)
    const lastSeenMs = options.clock.monotonicMs()
    for (const { key, bytes } of found) cache.#add(key, { bytes, lastUsedMs: undefined, lastSeenMs })
    return cache
  }

  /** Bytes and files it holds: for metrics and `describe`. */
  get size(): { files: number; bytes: number } {
    return { files: this.#entries.size, bytes: this.#bytes }
  }

  /**
   * The audio of a key, made by `make` when it is not there. `make` gives a whole WAV file.
   * @param key 40 hexadecimal digits, `contentKey`
   * @throws what `make` throws, and file system errors; the next call tries again
   */
  async get(key: string, make: () => Promise<Uint8Array>): Promise<CachedAudio> {
    const making = this.#making.get(key)
    if (making !== undefined) return making
    const made = this.#recallOrMake(key, make).finally(() => this.#making.delete(key))
    this.#making.set(key, made)
    return made
  }

  /** The audio of a key when it is there, or being made. */
  async find(key: string): Promise<CachedAudio | undefined> {
    return this.#making.get(key) ?? this.#recall(key)
  }

  async #recall(key: string): Promise<CachedAudio | undefined> {
    const known = this.#entries.get(key)
    if (known === undefined) return undefined
    const nowMs = this.#options.clock.monotonicMs()
    // First of all, so that an eviction that is under way passes it by.
    known.lastUsedMs = nowMs
    if (nowMs - known.lastSeenMs < believedMs || (await this.#isOnDisk(key, known))) return this.#handOut(key, known)
    this.#forget(key, known)
    return undefined
  }

  async #recallOrMake(key: string, make: () => Promise<Uint8Array>): Promise<CachedAudio> {
    const known = await this.#recall(key)
    if (known !== undefined) return known
    const wav = await make()
    await this.#removing.get(key)
    await this.#write(key, wav)
    const entry = { bytes: wav.length, lastUsedMs: undefined, lastSeenMs: this.#options.clock.monotonicMs() }
    this.#add(key, entry)
    const audio = this.#handOut(key, entry)
    if (this.#bytes > this.#options.mostBytes) {
      this.#evicting ??= this.#evict().finally(() => {
        this.#evicting = undefined
      })
      await this.#evicting
    }
    return audio
  }

  /** Somebody may have emptied the folder. */
  async #isOnDisk(key: string, entry: Entry): Promise<boolean> {
    try {
      if ((await stat(this.#path(key))).size !== entry.bytes) return false
      entry.lastSeenMs = this.#options.clock.monotonicMs()
      return true
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false
      throw error
    }
  }

  #handOut(key: string, entry: Entry): CachedAudio {
    entry.lastUsedMs = this.#options.clock.monotonicMs()
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    const samples = Math.max(0, entry.bytes - wavHeaderBytes) / 2
    return { file: this.#path(key), durationMs: (samples * 1000) / sampleRateHz }
  }

  /** On disk before it gets its name: after a power cut a file with a name is a whole file. */
  async #write(key: string, wav: Uint8Array): Promise<void> {
    const temporary = join(this.#options.dir, `${key}.${process.pid}.${this.#temporaryFiles++}.part`)
    try {
      const handle = await open(temporary, 'wx')
      try {
        await handle.writeFile(wav)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(temporary, this.#path(key))
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  /** Removes what was not used longest, never what was handed out within the last hour. */
  async #evict(): Promise<void> {
    const { clock, log, mostBytes } = this.#options
    const nowMs = clock.monotonicMs()
    for (const [key, entry] of this.#entries) {
      if (this.#bytes <= mostBytes * evictionShare) return
      // Those behind it were used later still.
      if (entry.lastUsedMs !== undefined && nowMs - entry.lastUsedMs < keptAfterUseMs) break
      this.#forget(key, entry)
      const removed = rm(this.#path(key), { force: true }).finally(() => this.#removing.delete(key))
      this.#removing.set(key, removed)
      await removed
    }
    if (this.#bytes > mostBytes && nowMs >= this.#nextWarningMs) {
      this.#nextWarningMs = nowMs + warningPauseMs
      log.warn({ bytes: this.#bytes, mostBytes }, 'speech cache is over its limit: all of it was used within the hour')
    }
  }

  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry)
    this.#bytes += entry.bytes
  }

  /** Counts an entry out, once: it may have been forgotten or replaced while its file was looked at. */
  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return
    this.#bytes -= entry.bytes
    this.#entries.delete(key)
  }

  #path(key: string): string {
    return join(this.#options.dir, `${key}.wav`)
  }
}
