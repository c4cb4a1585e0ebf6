import type { Clock } from '../../lib/clock.ts'
import { forkModule } from '../../lib/fork-module.ts'
import type { Log } from '../../lib/log.ts'
import { HelperProcess } from '../process/helper-process.ts'
import type { AudioJob } from './audio-jobs.ts'

/** Does audio jobs somewhere else than in the caller's event loop. */
export interface AudioHelper {
  /** @returns what `doAudioJob` returns. @throws {HelperLost | HelperRefused} */
  run(job: AudioJob): Promise<Buffer>
  close(): Promise<void>
}

/** Ten minutes of music at 48 kHz take a few seconds. */
const jobLimitMs = 60_000

/** Starts the process that does audio jobs. @throws {HelperLost} */
export async function startAudioHelper(options: { log: Log; clock: Clock }): Promise<AudioHelper> {
  const { helper } = await HelperProcess.start({
    ...options,
    name: 'audio',
    start: () => forkModule(import.meta.url, './audio-process'),
    startLimitMs: 30_000,
    jobLimitMs,
    waitingLimit: 2_000,
  })
  return {
    async run(job) {
      const reply = await helper.ask(job)
      if (!(reply instanceof Uint8Array))
        throw new TypeError('the audio process answered with something else than bytes')
      return Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength)
    },
    close: () => helper.close(),
  }
}
