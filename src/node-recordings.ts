import { join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import type { Config } from './config.ts'
import type { EventBus } from './events/event-bus.ts'
import type { Clock } from './lib/clock.ts'
import type { Closing } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import { FileDesk } from './recordings/file-desk.ts'
import { linkLifeMs, signLink } from './recordings/file-link.ts'
import { ObjectStore } from './recordings/object-store.ts'
import { RecordingKeeper } from './recordings/recording-keeper.ts'
import { RecordingLine } from './recordings/recording-line.ts'
import { RecordingShelf } from './recordings/recording-shelf.ts'
import { ConfigError } from './setting.ts'
import type { Store } from './store/store.ts'
import { filesPlugin } from './wire/http/files/files-plugin.ts'

/** The recordings of a node, from the file of a call to its URL. */
export interface NodeRecordings {
  /** Where the engine asks for files. */
  readonly keeper: RecordingKeeper
  readonly line: RecordingLine
  /** Serves them on the HTTP port. */
  readonly plugin: FastifyPluginAsync
  /** Begins to upload and to tell; URLs of files begin so from now on. */
  tell(publicUrl: string): void
  /** A URL under which a recording can be fetched for seven days; `expiresAt` is wall milliseconds. */
  link(recordingId: string): { readonly url: string; readonly expiresAt: number }
}

/** How long a stopping node waits for a store that is away to take the last recordings. */
const storePatienceMs = 5_000
const dayMs = 86_400_000

/**
 * Joins the recordings of a node, and takes in what an earlier start left; `closing` learns how each part ends.
 *
 * @throws {ConfigError} when the settings of the object store are incomplete
 */
export async function openRecordings(
  config: Config,
  parts: { store: Store; bus: EventBus; clock: Clock; log: Log },
  closing: Closing,
): Promise<NodeRecordings> {
  const { store, bus, clock, log } = parts
  const { nodeId, recordings: book } = store
  const objects = objectStoreOf(config, clock)
  const shelf = await openShelf(config, nodeId, clock)
  const line = new RecordingLine({
    ...{ book, shelf, bus, clock, log },
    objects: objects && { store: objects, prefix: config.recordingsPrefix },
    keepMs: config.recordingsKeepDays === 0 ? undefined : config.recordingsKeepDays * dayMs,
  })
  closing.add(() => line.close())
  const keeper = new RecordingKeeper({ ...{ shelf, book, nodeId, bus, clock, log }, onStored: () => line.wake() })
  await keeper.start()
  closing.add(() => keeper.close(storePatienceMs))
  let publicUrl = ''
  const link = (recordingId: string) => {
    const expiresAt = clock.now() + linkLifeMs
    return { url: publicUrl + signLink(book.link, recordingId, expiresAt), expiresAt }
  }
  return {
    keeper,
    line,
    link,
    plugin: filesPlugin({ desk: new FileDesk({ book, shelf, store: objects }), link: book.link, clock, log }),
    tell(url) {
      publicUrl = url
      line.start((recordingId) => link(recordingId).url)
    },
  }
}

/** The recordings in a data folder. */
export function openShelf(config: Config, nodeId: string, clock: Clock): Promise<RecordingShelf> {
  const folder = join(config.data, 'recordings')
  const leastFreeBytes = config.recordingsFreeMegabytes * 1_000_000
  return RecordingShelf.open({ folder, nodeId, leastFreeBytes, clock })
}

/** The object store of the settings, `undefined` when recordings stay on the disk. @throws {ConfigError} */
export function objectStoreOf(config: Config, clock: Clock): ObjectStore | undefined {
  if (config.recordingsEndpoint === '') return undefined
  for (const name of ['recordingsBucket', 'recordingsAccessKey', 'recordingsSecretKey'] as const) {
    if (config[name] === '') throw new ConfigError(`recordingsEndpoint is set: ${name} is needed, too.`)
  }
  return new ObjectStore({
    endpoint: config.recordingsEndpoint,
    region: config.recordingsRegion,
    bucket: config.recordingsBucket,
    accessKey: config.recordingsAccessKey,
    secretKey: config.recordingsSecretKey,
    pathStyle: config.recordingsPathStyle,
    clock,
  })
}
