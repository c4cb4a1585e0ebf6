import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { silentLog } from '../../src/lib/log.ts'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import type { Media, MediaSession } from '../../src/media/media.ts'
import { makeTone } from '../../src/media/tone/make-tone.ts'
import { compile, startProgram } from './c-program.ts'

/** Something that sends streams to a port: our media process, or the yardstick. */
export interface StreamSender {
  /** CPU seconds used since its start. */
  cpuSeconds(): Promise<number>
  close(): Promise<void>
}

/** The yardstick with so many streams. */
export async function startCSender(streams: number, port: number): Promise<StreamSender> {
  const program = startProgram(await compile('rtp-sender'), [String(streams), String(port)])
  await program.nextLine()
  return {
    async cpuSeconds() {
      program.tell('cpu')
      return Number(await program.nextLine())
    },
    close: () => program.close(),
  }
}

/** Sessions are opened in batches of this size. */
const batch = 50

/** Our media process; streams can be added while it runs. */
export interface MediaSender extends StreamSender {
  addUntil(streams: number): Promise<void>
}

export async function startMediaSender(port: number): Promise<MediaSender> {
  const prompt = fileURLToPath(new URL('../../.tmp/bench/prompt.wav', import.meta.url))
  await writeFile(prompt, writeWav(makeTone([440], 10_000)))
  // As it is built: the loader that runs the sources wraps every function.
  const built = new URL('../../dist/media/start-media.js', import.meta.url)
  const { startMedia }: typeof import('../../src/media/start-media.ts') = await import(built.href)
  const media = await startMedia({ ports: 0, log: silentLog, nice: true })
  let count = 0
  return {
    async addUntil(streams) {
      for (; count < streams; count += batch) {
        await Promise.all(Array.from({ length: batch }, () => playOn(media, prompt, port)))
      }
    },
    cpuSeconds: async () => (await media.statistics()).processCpuSeconds,
    close: () => media.close(),
  }
}

async function playOn(media: Media, prompt: string, port: number): Promise<void> {
  const session: MediaSession = await media.open({ label: 'bench', host: '127.0.0.1' })
  const remote = { host: '127.0.0.1', port, codec: 'PCMA', payloadType: 8, direction: 'sendrecv' } as const
  await session.connect({ ...remote, telephoneEventPayloadType: 101 })
  session.play({ files: [prompt], times: 1_000_000, gapMs: 0, volume: 100 })
}
