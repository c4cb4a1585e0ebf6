import { createRequire } from 'node:module'
import { maxDatagramBytes } from './udp-sockets.ts'

/** Where `npm run build` puts it; absent where there was nothing to compile it with. Sources run with what was built last. */
const built = import.meta.url.endsWith('.ts')
  ? '../../../dist/native/udp-sockets.node'
  : '../../native/udp-sockets.node'

/** Packets of one batch, and the octets of all of them at most. As in native/udp-sockets.h. */
export const batchPackets = 64
export const batchBytes = batchPackets * maxDatagramBytes
/** 32-bit words that tell of a packet that arrived: socket, offset, length, port, family (4 or 6), address (four words). */
export const arrivalWords = 9
/** Of one to send: socket, offset, length. */
export const departureWords = 3

/** The functions of native/addon.c, which says what they do. */
export interface UdpAddon {
  start(
    arrived: (count: number) => void,
    arrivals: Uint32Array,
    incoming: Uint8Array,
    departures: Uint32Array,
    outgoing: Uint8Array,
  ): void
  bind(host: string, port: number): number
  portOf(socket: number): number
  aim(socket: number, host: string, port: number): boolean
  send(count: number): number
  close(socket: number): void
}

/** Loads the addon. @throws when it is not there, was made for another system, or is not what is expected */
export function loadUdpAddon(file = built): UdpAddon {
  const loaded: unknown = createRequire(import.meta.url)(file)
  if (!isUdpAddon(loaded)) throw new Error('the native sockets are not of this version: run npm run build')
  return loaded
}

const functions = ['start', 'bind', 'portOf', 'aim', 'send', 'close'] as const

function isUdpAddon(loaded: unknown): loaded is UdpAddon {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    functions.every((name) => name in loaded && typeof Reflect.get(loaded, name) === 'function')
  )
}
