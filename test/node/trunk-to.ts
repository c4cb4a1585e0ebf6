import type { SettingName } from '../../src/config.ts'

/** Settings of a trunk that leads to a peer on this machine: it may dial everything, and is sent nothing but calls. */
export function trunkTo(port: number): Readonly<Partial<Record<SettingName, string>>> {
  const everyCall = { trunkAllow: '*', trunkPingSeconds: '0', trunkRestAfter: '0' }
  return { phones: 'off', trunkHost: '127.0.0.1', trunkPort: String(port), ...everyCall }
}
