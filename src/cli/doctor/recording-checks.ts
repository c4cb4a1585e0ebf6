import { join } from 'node:path'
import type { Config } from '../../config.ts'
import type { Endpoints } from '../../endpoints.ts'
import { systemClock } from '../../lib/clock.ts'
import { objectStoreOf } from '../../node-recordings.ts'
import { publicUrlOf } from '../../public-url.ts'
import { ObjectStoreError } from '../../recordings/object-store.ts'
import { roomOn } from '../../recordings/recording-shelf.ts'
import { ConfigError } from '../../setting.ts'
import { reasonOf } from '../expected-reason.ts'
import { bad, type Check, type Finding, good, note } from './check.ts'
import { nearestThatExists } from './nearest-folder.ts'

/**
 * What recordings need: room, a store that answers, and a URL under which customers fetch them.
 *
 * @param freeBytes room on the disk of a folder
 */
export function recordingChecks(config: Config, running: Endpoints | undefined, freeBytes = roomOn): Check[] {
  return [
    { name: 'recordings', run: () => room(config, freeBytes) },
    ...(config.recordingsEndpoint === '' ? [] : [{ name: 'object store', run: () => objectStore(config) }]),
    { name: 'public URL', run: async () => publicUrl(config, running) },
  ]
}

async function room(config: Config, freeBytes: typeof roomOn): Promise<Finding> {
  const folder = join(config.data, 'recordings')
  const megabytes = Math.floor((await freeBytes(nearestThatExists(folder))) / 1_000_000)
  // Two channels of 8 kHz and 16 bits: 1.92 MB a minute.
  const hours = Math.max(0, Math.floor((megabytes - config.recordingsFreeMegabytes) / 115.2))
  return hours === 0
    ? bad(`${megabytes} MB left: nothing is recorded`, `Make room on the disk of ${folder}.`)
    : good(`room for ${hours} hours below ${folder}`)
}

async function objectStore(config: Config): Promise<Finding> {
  const where = `${config.recordingsBucket} at ${config.recordingsEndpoint}`
  try {
    await objectStoreOf(config, systemClock)?.check()
    return good(`${where} opens`)
  } catch (error) {
    return bad(
      `${where}: ${reasonOf(error, ObjectStoreError, ConfigError)}`,
      'Check the recordings… settings, the bucket and the clock.',
    )
  }
}

function publicUrl(config: Config, running: Endpoints | undefined): Finding {
  const { url, origin } = running?.publicUrl ?? publicUrlOf(config)
  if (origin === 'setting') return good(url)
  return (running?.profile ?? config.profile) === 'dev'
    ? good(`${url}: this machine only`)
    : note(`${url} is a guess; URLs of recordings begin so`, 'Set YUYIN_PUBLIC_URL to what customers reach.')
}
