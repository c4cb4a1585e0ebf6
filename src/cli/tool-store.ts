import type { Config } from '../config.ts'
import type { Endpoints } from '../endpoints.ts'
import { systemClock } from '../lib/clock.ts'
import { silentLog } from '../lib/log.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'

/**
 * The store as a command works with it: that of the running node, else that of the settings, whose embedded server is
 * started when there is no other.
 *
 * @throws the refusals of the store, with messages that say what to do
 */
export function openToolStore(config: Config, running: Endpoints | undefined): Promise<Store> {
  return openStore({
    databaseUrl: running?.database ?? (config.databaseUrl || undefined),
    dataDir: config.data,
    ...(config.secretKeyFile === '' ? {} : { secretKeyFile: config.secretKeyFile }),
    profile: config.profile,
    role: 'tool',
    clock: systemClock,
    log: silentLog,
  })
}
