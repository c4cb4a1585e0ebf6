import type { Clock } from '../../lib/clock.ts'
import { hasCode } from '../../lib/error-code.ts'
import { MediaUnavailable } from '../media.ts'
import type { SocketPair } from './socket-pair.ts'

/** First and last UDP port that may be used, both included; 0 leaves the choice to the system. */
export type PortRange = { from: number; to: number } | 0

/** Binds a pair on an even port and the next; 0 for any. @throws the system's error, e.g. EADDRINUSE */
export type BindPair = (host: string, port: number) => Promise<SocketPair>

/** How long a port rests after use: packets of the call before must not reach the next one. */
const drainMs = 2000
/** How often the system is asked for a port whose neighbour is free. */
const systemTries = 50

/** Hands out socket pairs on even ports, round and round, so that a port rests as long as possible. */
export class PortPool {
  readonly #range: PortRange
  readonly #clock: Clock
  readonly #bind: BindPair
  readonly #inUse = new Set<number>()
  /** Port, and when it may be used again (monotonic milliseconds); in the order of that. */
  readonly #draining = new Map<number, number>()
  #next: number

  /** @param resting ports of a process that died just now: packets of its calls are still under way to them */
  constructor(range: PortRange, clock: Clock, bind: BindPair, resting: readonly number[] = []) {
    this.#range = range
    this.#clock = clock
    this.#bind = bind
    this.#next = range === 0 ? 0 : evenUp(range.from)
    for (const port of resting) this.#rest(port)
  }

  /** How many pairs are open, and how many ports rest. */
  get counts(): { inUse: number; draining: number } {
    this.#forgetDrained()
    return { inUse: this.#inUse.size, draining: this.#draining.size }
  }

  /** Binds a pair; closing it gives the port back. @throws {MediaUnavailable} when no port is free or none can be bound */
  async open(host: string): Promise<SocketPair> {
    this.#forgetDrained()
    const pair = this.#range === 0 ? await this.#openAny(host) : await this.#openInRange(host, this.#range)
    const { port } = pair.local
    this.#inUse.add(port)
    const closePair = pair.close.bind(pair)
    let closed: Promise<void> | undefined
    return Object.assign(pair, {
      close: () => {
        closed ??= closePair().finally(() => {
          this.#inUse.delete(port)
          this.#rest(port)
        })
        return closed
      },
    })
  }

  async #openAny(host: string): Promise<SocketPair> {
    for (let attempt = 0; attempt < systemTries; attempt++) {
      const pair = await this.#tryBind(host, 0)
      if (pair === undefined) continue
      if (!this.#draining.has(pair.local.port)) return pair
      await pair.close()
    }
    throw new MediaUnavailable(`the system gave no two neighbouring ports on ${host}`)
  }

  async #openInRange(host: string, range: { from: number; to: number }): Promise<SocketPair> {
    const first = evenUp(range.from)
    const places = Math.floor((range.to - first + 1) / 2)
    for (let place = 0; place < places; place++) {
      const port = this.#next
      this.#next = port + 3 > range.to ? first : port + 2
      if (this.#inUse.has(port) || this.#draining.has(port)) continue
      // Taken before the first wait: two opens at once must not try the same port.
      this.#inUse.add(port)
      const pair = await this.#tryBind(host, port).finally(() => this.#inUse.delete(port))
      if (pair !== undefined) return pair
      this.#rest(port)
    }
    const { inUse, draining } = this.counts
    throw new MediaUnavailable(
      `no free RTP port in ${range.from}-${range.to} (${inUse} in use, ${draining} resting or taken by another program)`,
    )
  }

  /** @returns undefined when the port, or its neighbour, is taken */
  async #tryBind(host: string, port: number): Promise<SocketPair | undefined> {
    try {
      return await this.#bind(host, port)
    } catch (error) {
      if (hasCode(error, 'EADDRINUSE', 'EACCES')) return undefined
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      throw new MediaUnavailable(`cannot bind an RTP port on ${host}: ${String(code ?? error)}`)
    }
  }

  #rest(port: number): void {
    this.#draining.delete(port)
    this.#draining.set(port, this.#clock.monotonicMs() + drainMs)
  }

  #forgetDrained(): void {
    const now = this.#clock.monotonicMs()
    for (const [port, until] of this.#draining) {
      if (until > now) break
      this.#draining.delete(port)
    }
  }
}

function evenUp(port: number): number {
  return port + (port % 2)
}
