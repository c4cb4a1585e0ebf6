import type { Config } from './config.ts'
import type { AccessKey } from './domain/account/account.ts'
import { isLoopback } from './lib/networks.ts'
import { ConfigError } from './setting.ts'
import { devProfile } from './store/accounts/seed-dev-profile.ts'

/** How an AccessKey is looked up. */
export type FindKey = (accessKeyId: string) => Promise<AccessKey | undefined>

/**
 * The dev profile's key pair is printed in public documents: while it may sign requests, nothing but loopback is bound.
 * @throws {ConfigError} naming the setting and the way out
 */
export async function refuseOpenDoor(config: Config, findKey: FindKey): Promise<void> {
  const key = await findKey(devProfile.accessKeyId)
  const open = openAddress(config)
  if (open === undefined || key === undefined || !key.enabled || !isKnownPair(key)) return
  throw new ConfigError(
    `${open.setting} is ${open.host}, and everybody knows the key '${devProfile.accessKeyId}'. ` +
      `Listen on 127.0.0.1, or disable the key first: yuyin key disable ${devProfile.accessKeyId}`,
  )
}

/** Whether this key would let the whole world in: the known pair on a node that is bound beyond this machine. */
export function opensDoor(config: Config, key: AccessKey): boolean {
  return openAddress(config) !== undefined && isKnownPair(key)
}

function isKnownPair(key: AccessKey): boolean {
  return key.accessKeyId === devProfile.accessKeyId && key.secret === devProfile.secret
}

/** The first address that is bound beyond this machine. */
function openAddress(config: Config): { setting: string; host: string } | undefined {
  for (const setting of ['httpHost', 'sipHost'] as const) {
    const host = config[setting]
    if (!isLoopback(host)) return { setting, host }
  }
  return undefined
}
