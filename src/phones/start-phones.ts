import { join } from 'node:path'
import { callFiles } from './call-files.ts'
import { CallHistory } from './call-history.ts'
import { openSounds } from './phone-sounds.ts'
import type { Phones, PhonesOptions } from './phones.types.ts'
import { Switchboard } from './switchboard.ts'

/**
 * Gives every number a virtual phone: from now on each call that comes in at the user agent rings one. Calls of earlier
 * runs are found again in the data folder. @throws the file system's error when the folder cannot be used
 */
export async function startPhones(options: PhonesOptions): Promise<Phones> {
  const folder = join(options.dataDir, 'phones')
  const sounds = await openSounds(join(folder, 'audio'), options.speak)
  const files = callFiles(folder)
  const history = new CallHistory(options.limits)
  for (const record of await files.load()) history.add(record)
  await Promise.all(history.prune().map((gone) => files.remove(gone)))
  return new Switchboard({ ...options, sounds, files, history })
}
