import { type Clock, systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { MediaClient } from './client/media-client.ts'
import type { Media, UdpKind } from './media.ts'

export interface MediaOptions {
  /** UDP ports for RTP and RTCP, both ends included; 0 lets the system choose. */
  ports: { from: number; to: number } | 0
  /** For the program's side (restarts); the 20 ms clock is the process's own. */
  clock?: Clock
  log: Log
  /** Run the process at niceness -15 where that is permitted, quietly without where not. */
  nice?: boolean
  /** `native` (default): sockets of our own making where the addon was built, Node's elsewhere. */
  sockets?: UdpKind
  /** How often the process is asked for a sign of life, milliseconds; after three without an answer it is replaced. */
  pulseMs?: number
}

/**
 * Starts the media process and resolves when it is ready. Should it die or hang later, its sessions emit `lost`, `open` and
 * `statistics` reject until it runs again, which it does by itself.
 *
 * @throws {MediaUnavailable} when the process does not start
 */
export async function startMedia(options: MediaOptions): Promise<Media & { readonly pid: number | undefined }> {
  const settings = { ports: options.ports, nice: options.nice ?? false, sockets: options.sockets ?? 'native' } as const
  const client = new MediaClient(settings, options.clock ?? systemClock, options.log, options.pulseMs)
  await client.start()
  return client
}
