import type { Clock } from '../../lib/clock.ts'
import type { SipRequest } from '../message/message.ts'
import { formatVia, parseVia } from '../message/via.ts'
import type { SipListener } from '../sip-target.ts'
import { type Packet, packet } from '../transport/packet.ts'
import type { Remote } from '../transport/transport.ts'

/** RFC 3261 §18.1.1: what is larger does not go in a datagram, since fragments get lost. */
const mostDatagramBytes = 1300

/** A far end without TCP is not asked again for this long, milliseconds. */
const withoutTcpMs = 600_000

/** Far ends whose refusal is remembered at once. */
const mostRefusals = 1000

/** A request ready for the wire, and where it goes. */
export interface Way {
  request: SipRequest
  remote: Remote
  packet: Packet
}

/** Requests that are too large for UDP go over TCP to the same port, and over UDP after all when nobody takes them there. */
export class LargeRequests {
  readonly #clock: Clock
  readonly #localFor: (remote: Remote) => SipListener | undefined
  readonly #refusedUntilMs = new Map<string, number>()

  constructor(clock: Clock, localFor: (remote: Remote) => SipListener | undefined) {
    this.#clock = clock
    this.#localFor = localFor
  }

  /** The way over TCP of a request that was written for UDP, if it is to go there. */
  overTcp({ request, remote, packet: written }: Way): Way | undefined {
    if (remote.transport !== 'udp' || Buffer.byteLength(written.text) <= mostDatagramBytes) return undefined
    const { host, port } = remote
    const stream: Remote = { transport: 'tcp', host, port }
    const local = this.#localFor(stream)
    const [top] = request.headers.all('via')
    const via = parseVia(top ?? '')
    if (local === undefined || via === undefined || this.#isRefused(stream)) return undefined
    const headers = request.headers.copy()
    headers.set('via', formatVia({ ...via, transport: 'TCP', host: local.host, port: local.port }))
    const changed = { ...request, headers }
    return { request: changed, remote: stream, packet: packet(changed) }
  }

  /** Nobody took a connection there. */
  refused(remote: Remote): void {
    const [oldest] = this.#refusedUntilMs.keys()
    if (this.#refusedUntilMs.size >= mostRefusals && oldest !== undefined) this.#refusedUntilMs.delete(oldest)
    this.#refusedUntilMs.set(keyOf(remote), this.#clock.monotonicMs() + withoutTcpMs)
  }

  #isRefused(remote: Remote): boolean {
    const untilMs = this.#refusedUntilMs.get(keyOf(remote))
    if (untilMs === undefined || untilMs > this.#clock.monotonicMs()) return untilMs !== undefined
    this.#refusedUntilMs.delete(keyOf(remote))
    return false
  }
}

function keyOf({ host, port }: Remote): string {
  return `${host} ${port}`
}
