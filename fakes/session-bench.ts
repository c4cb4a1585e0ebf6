import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWav, type WavAudio } from '../src/media/codec/wav-reader.ts'
import type { PlayAudio } from '../src/media/media.ts'
import { FakeClock } from './fake-clock.ts'
import { RtpNetwork } from './rtp-network.ts'

/** RTP sessions on a network in memory, and a folder for what they record. */
export class SessionBench {
  readonly clock = new FakeClock()
  readonly network = new RtpNetwork(this.clock)
  readonly #folder = mkdtempSync(join(tmpdir(), 'yuyin-sessions-'))

  /** The path of a recording: `heard.wav`. */
  file(name: string): string {
    return join(this.#folder, name)
  }

  /** What was recorded. */
  async wav(name: string): Promise<WavAudio> {
    return readWav(await readFile(this.file(name)))
  }

  /** Removes the recordings. */
  close(): void {
    rmSync(this.#folder, { recursive: true })
  }
}

/** Prompts of the network, once and loud: `440-300` is a tone of 440 Hz for 300 ms. */
export function prompt(...files: string[]): PlayAudio {
  return { files, times: 1, gapMs: 0, volume: 100 }
}
