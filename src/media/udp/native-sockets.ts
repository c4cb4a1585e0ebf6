import type { Address } from '../rtp/source-lock.ts'
import { ArrivalAddress } from './arrival-address.ts'
import { arrivalWords, batchBytes, batchPackets, departureWords, type UdpAddon } from './native-addon.ts'
import { type DatagramHandler, maxDatagramBytes, type UdpSocket, type UdpSockets } from './udp-sockets.ts'

/**
 * Sockets that take and give many packets at one crossing into the system's code: what has arrived on all of them comes
 * in one call, what is sent in one turn of the event loop leaves in one.
 */
export class NativeSockets implements UdpSockets {
  readonly kind = 'native'
  unsent = 0
  readonly #addon: UdpAddon
  readonly #arrivals = new Uint32Array(batchPackets * arrivalWords)
  readonly #incoming = Buffer.alloc(batchBytes)
  /** The packet of each place as it was last cut: most are of one length, and lie where others lay before. */
  readonly #cut: Buffer[] = []
  readonly #departures = new Uint32Array(batchPackets * departureWords)
  readonly #outgoing = Buffer.alloc(batchBytes)
  #departing = 0
  #departingBytes = 0
  readonly #open: (NativeSocket | undefined)[] = []

  /** @param addon fresh: it serves one owner */
  constructor(addon: UdpAddon) {
    this.#addon = addon
    addon.start((count) => this.#deliver(count), this.#arrivals, this.#incoming, this.#departures, this.#outgoing)
  }

  async bind(host: string, port: number): Promise<UdpSocket> {
    const number = this.#addon.bind(host, port)
    const socket = new NativeSocket(this, number, this.#addon.portOf(number))
    this.#open[number] = socket
    return socket
  }

  /** Takes a copy of a datagram that leaves at the end of this turn, or when a batch is full. */
  depart(number: number, datagram: Buffer): void {
    const place = this.#departing++
    if (place === 0) process.nextTick(this.#sendAll)
    const at = place * departureWords
    const offset = this.#departingBytes
    this.#departures[at] = number
    this.#departures[at + 1] = offset
    this.#departures[at + 2] = datagram.length
    this.#outgoing.set(datagram, offset)
    this.#departingBytes = offset + datagram.length
    if (this.#departing === batchPackets) this.#sendAll()
  }

  /** Where a socket sends to from now on; what waits goes where it was meant to go. */
  aim(number: number, to: Address): void {
    this.#sendAll()
    this.#addon.aim(number, to.host, to.port)
  }

  async close(number: number): Promise<void> {
    this.#open[number] = undefined
    this.#sendAll()
    // Not while packets are delivered: another socket could get the number, and what was meant for this one.
    await new Promise((resolve) => setImmediate(resolve))
    this.#addon.close(number)
  }

  readonly #sendAll = (): void => {
    const count = this.#departing
    this.#departing = 0
    this.#departingBytes = 0
    if (count > 0) this.unsent += this.#addon.send(count)
  }

  #deliver(count: number): void {
    for (let place = 0; place < count; place++) {
      const at = place * arrivalWords
      const socket = this.#open[this.#arrivals[at] ?? -1]
      if (socket === undefined) continue
      const packet = this.#packetIn(place, this.#arrivals[at + 1] ?? 0, this.#arrivals[at + 2] ?? 0)
      socket.receive(packet, this.#arrivals, at + 3)
    }
  }

  #packetIn(place: number, offset: number, length: number): Buffer {
    const before = this.#cut[place]
    if (before?.length === length && before.byteOffset === this.#incoming.byteOffset + offset) return before
    const packet = this.#incoming.subarray(offset, offset + length)
    this.#cut[place] = packet
    return packet
  }
}

class NativeSocket implements UdpSocket {
  readonly port: number
  readonly #sockets: NativeSockets
  readonly #number: number
  readonly #from = new ArrivalAddress()
  #handler: DatagramHandler | undefined
  #target: Address | undefined
  #closed: Promise<void> | undefined

  constructor(sockets: NativeSockets, number: number, port: number) {
    this.#sockets = sockets
    this.#number = number
    this.port = port
  }

  listen(handler: DatagramHandler): void {
    this.#handler = handler
  }

  /** @param at where port, family and address begin in `words` */
  receive(datagram: Buffer, words: Uint32Array, at: number): void {
    this.#handler?.(datagram, this.#from.read(words, at + 1), words[at] ?? 0)
  }

  send(datagram: Buffer, to: Address): void {
    if (this.#closed !== undefined || datagram.length > maxDatagramBytes) return
    if (to !== this.#target) {
      this.#sockets.aim(this.#number, to)
      this.#target = to
    }
    this.#sockets.depart(this.#number, datagram)
  }

  close(): Promise<void> {
    this.#closed ??= this.#sockets.close(this.#number)
    return this.#closed
  }
}
