import type { UdpKind } from '../media.ts'
import { loadUdpAddon } from './native-addon.ts'
import { NativeSockets } from './native-sockets.ts'
import { NodeSockets } from './node-sockets.ts'
import type { UdpSockets } from './udp-sockets.ts'

/**
 * The sockets of this process; once per process.
 *
 * @param preferred `native`: where there is an addon that loads
 * @returns beside them why they are Node's although native ones were preferred
 */
export function openUdpSockets(preferred: UdpKind, addonFile?: string): { sockets: UdpSockets; whyNotNative?: string } {
  if (preferred === 'node') return { sockets: new NodeSockets() }
  try {
    return { sockets: new NativeSockets(loadUdpAddon(addonFile)) }
  } catch (error) {
    return { sockets: new NodeSockets(), whyNotNative: error instanceof Error ? error.message : String(error) }
  }
}
