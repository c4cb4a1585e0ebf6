import { type Config, ConfigError } from './config.ts'
import { devProfile } from './store/accounts/seed-dev-profile.ts'
import type { Store } from './store/store.ts'

/**
 * The dev profile's key pair is printed in public documents: while it may sign requests, nothing but loopback is bound.
 * @throws {ConfigError} naming the setting and the way out
 */
export async function refuseOpenDoor(config: Config, store: Store): Promise<void> {
  const key = await store.directory.accessKey(devProfile.accessKeyId)
  const isKnownPair = key?.enabled === true && key.secret === devProfile.secret
  if (!isKnownPair) return
  for (const name of ['httpHost', 'sipHost'] as const) {
    if (isLoopback(config[name])) continue
    throw new ConfigError(
      `${name} is ${config[name]}, and everybody knows the key '${devProfile.accessKeyId}'. ` +
        `Listen on 127.0.0.1, or disable the key first: yuyin key disable ${devProfile.accessKeyId}`,
    )
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}
