import { setTimeout as sleep } from 'node:timers/promises'
import { compile, startProgram } from './c-program.ts'

/** What the receiver saw in one measurement; see rtp-receiver.c. */
export interface StreamsHeard {
  packets: number
  streams: number
  /** Frames that a stream skipped or lost. */
  missing: number
  /** Of these, how many the receiver itself had no room for. */
  dropped: number
  p50Ms: number
  p99Ms: number
  worstMs: number
}

export interface StreamReceiver {
  readonly port: number
  /** Listens for that long. */
  listen(seconds: number): Promise<StreamsHeard>
  close(): Promise<void>
}

/** Starts the C receiver on a port of loopback. */
export async function startReceiver(): Promise<StreamReceiver> {
  const program = startProgram(await compile('rtp-receiver'), [])
  const port = Number(await program.nextLine())
  return {
    port,
    async listen(seconds) {
      program.tell('start')
      await sleep(seconds * 1000)
      program.tell('stop')
      const heard: StreamsHeard = JSON.parse(await program.nextLine())
      return heard
    },
    close: () => program.close(),
  }
}

/** Whether the sender kept up: one frame in a thousand may be missing, one packet in a hundred a frame late. */
export function keptUp(heard: StreamsHeard, streams: number): boolean {
  return heard.streams >= streams && heard.missing <= heard.packets / 1000 && heard.p99Ms <= 20
}
