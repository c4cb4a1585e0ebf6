import { type Routing, routeCall } from '../../domain/trunk/route-call.ts'
import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import type { DialRequest, Trunk } from '../../engine/ports.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { SipUserAgent } from '../../sip/user-agent.types.ts'
import { AttemptList } from './attempt-list.ts'
import type { MakeLeg, ResolveNextHop, TrunkBoard, TrunkOrigin, TrunkReport, TrunkShare } from './ports.ts'
import { ShareKeeper } from './share-keeper.ts'
import { TrunkLeg } from './trunk-leg.ts'
import { TrunkLine, type TrunkLoad } from './trunk-line.ts'

export interface TrunkGroupParts {
  readonly agent: Pick<SipUserAgent, 'invite' | 'options' | 'register'>
  readonly makeLeg: MakeLeg
  readonly resolve: ResolveNextHop
  /** Absent: nobody else uses these trunks. */
  readonly board?: TrunkBoard
  /** A phone that rings longer is given up, seconds. */
  readonly ringSeconds: number
  readonly clock: Clock
  readonly log: Log
  /** 0 ≤ random() < 1 */
  readonly random: () => number
}

/** A trunk as it is to be from now on. */
export interface WantedTrunk {
  readonly profile: TrunkProfile
  readonly origin: TrunkOrigin
}

/** How often it is looked whether the calls of a trunk that is gone are over. */
const leaveMs = 60_000

/** Many trunks as one: chooses for each call, and tries another one when a trunk does not take it. */
export class TrunkGroup implements Trunk {
  readonly #parts: TrunkGroupParts
  readonly #lines = new Map<string, TrunkLine>()
  /** Trunks that are gone or changed, as long as calls are on them. */
  readonly #leaving = new Map<TrunkLine, Timer>()
  /** Trunks that are being closed, by name: until their registration is taken back, and until all of it is done. */
  readonly #closing = new Map<string, { unregistered: Promise<void>; closed: Promise<void> }>()
  readonly #shares: ShareKeeper | undefined
  readonly #roomListeners = new Set<() => void>()
  readonly #addressListeners = new Set<() => void>()
  #roomTimer: Timer | undefined
  #isTellingRoom = false

  constructor(parts: TrunkGroupParts) {
    this.#parts = parts
    const { board, clock, log } = parts
    if (board !== undefined)
      this.#shares = new ShareKeeper({ board, clock, log, lines: () => [...this.#lines.values()] })
  }

  /** These trunks and no others from now on. Calls on one that is gone or changed go on. */
  set(wanted: readonly WantedTrunk[]): void {
    const names = new Set(wanted.map(({ profile }) => profile.name))
    for (const [name, line] of this.#lines) if (!names.has(name)) this.#drop(name, line)
    for (const { profile, origin } of wanted) {
      const before = this.#lines.get(profile.name)
      if (before !== undefined && JSON.stringify(before.profile) === JSON.stringify(profile)) continue
      if (before !== undefined) this.#drop(profile.name, before)
      this.#lines.set(profile.name, this.#open(profile, origin, before?.load ?? this.#leavingLoad(profile.name)))
    }
    this.#shares?.renewSoon()
    this.#tellRoom()
    this.#tellAddresses()
  }

  dial(request: DialRequest): TrunkLeg {
    const { candidates, verdict } = this.#route(request)
    const lines = candidates.flatMap(({ name }) => this.#lines.get(name) ?? [])
    const { agent, makeLeg, ringSeconds, clock, log } = this.#parts
    const attempts = new AttemptList(lines, verdict === 'never' ? 'restricted' : 'networkBusy')
    return new TrunkLeg({ request, attempts, agent, makeLeg, ringTimeoutMs: ringSeconds * 1000, clock, log })
  }

  /** Without any trunk one call at a time is taken, to be told that nothing carries it. */
  capacity(): number {
    const lines = [...this.#lines.values()]
    if (lines.length === 0) return 1
    const room = lines.reduce((sum, line) => sum + line.room, 0)
    if (room === 0) this.#watchRoom(lines)
    return room
  }

  linesFor(requests: readonly DialRequest[]): 'free' | 'full' | 'forbidden' {
    const taken = new Map<string, number>()
    let verdict: 'free' | 'full' = 'free'
    for (const request of requests) {
      const routing = this.#route(request, taken)
      if (routing.verdict === 'never') return 'forbidden'
      const [first] = routing.candidates
      if (first === undefined) verdict = 'full'
      else taken.set(first.name, (taken.get(first.name) ?? 0) + 1)
    }
    return verdict
  }

  reports(): TrunkReport[] {
    return [...this.#lines.values()].map((line) => line.report())
  }

  /** The addresses of all next hops: who may speak to this node. */
  hosts(): string[] {
    const lines = [...this.#lines.values(), ...this.#leaving.keys()]
    return [...new Set(lines.flatMap(({ targets }) => targets.map(({ host }) => host)))]
  }

  /** Calls the listener when there may be room again. @returns what takes it off */
  onRoom(listener: () => void): () => void {
    this.#roomListeners.add(listener)
    return () => void this.#roomListeners.delete(listener)
  }

  /** Calls the listener when `hosts` may have changed. @returns what takes it off */
  onHosts(listener: () => void): () => void {
    this.#addressListeners.add(listener)
    return () => void this.#addressListeners.delete(listener)
  }

  /** Takes registrations back and gives back what is left of the day. Calls are ended by their owner before. */
  async close(): Promise<void> {
    this.#roomTimer?.cancel()
    for (const timer of this.#leaving.values()) timer.cancel()
    this.#roomListeners.clear()
    await this.#shares?.close()
    const before = [...this.#closing.values()].map(({ closed }) => closed)
    await Promise.all([...before, ...[...this.#lines.values()].map((line) => line.close())])
  }

  #route(request: Pick<DialRequest, 'to' | 'from'>, taken: ReadonlyMap<string, number> = new Map()): Routing {
    const trunks = [...this.#lines.values()].map((line) => {
      const { state } = line
      const isTaken = state === 'free' && line.channelsFree <= (taken.get(line.profile.name) ?? 0)
      return { profile: line.profile, state: isTaken ? ('channels' as const) : state }
    })
    return routeCall({ to: request.to, show: request.from }, trunks, this.#parts.random)
  }

  #open(profile: TrunkProfile, origin: TrunkOrigin, load: TrunkLoad | undefined): TrunkLine {
    const { agent, resolve, board, clock, log, random } = this.#parts
    const isShared = board !== undefined && origin === 'store'
    const whole: TrunkShare = {
      channels: profile.channels,
      callsPerSecond: profile.callsPerSecond === 0 ? Number.POSITIVE_INFINITY : profile.callsPerSecond,
    }
    const parts = {
      agent,
      resolve,
      ...(board === undefined ? {} : { board }),
      clock,
      log,
      random,
      unregistered: this.#closing.get(profile.name)?.unregistered ?? Promise.resolve(),
      roomChanged: () => this.#tellRoom(),
      addressesChanged: () => this.#tellAddresses(),
    }
    return new TrunkLine(profile, origin, isShared ? { channels: 0, callsPerSecond: 0 } : whole, parts, load)
  }

  #drop(name: string, line: TrunkLine): void {
    this.#lines.delete(name)
    this.#letLeave(line)
    const failed = (error: unknown) => {
      this.#parts.log.warn({ trunk: name, err: error }, 'a trunk could not be closed cleanly')
    }
    const before = this.#closing.get(name)
    const unregistered = Promise.all([before?.unregistered, line.unregister().catch(failed)])
    const closed = Promise.all([before?.closed, line.close().catch(failed)])
    const closing = {
      unregistered: unregistered.then(() => {}),
      closed: closed.then(() => {
        if (this.#closing.get(name) === closing) this.#closing.delete(name)
      }),
    }
    this.#closing.set(name, closing)
  }

  /** Its next hop is heard until its calls are over, and a while longer: a BYE wants its answer. */
  #letLeave(line: TrunkLine): void {
    const timer = this.#parts.clock.after(leaveMs, () => {
      this.#leaving.delete(line)
      if (line.isInUse) this.#letLeave(line)
      else this.#tellAddresses()
    })
    this.#leaving.set(line, timer)
  }

  /** A trunk that was removed and is there again still has the calls of before. */
  #leavingLoad(name: string): TrunkLoad | undefined {
    for (const { profile, load } of this.#leaving.keys()) if (profile.name === name) return load
    return undefined
  }

  /** Calls per second come back by themselves: somebody has to say so. */
  #watchRoom(lines: readonly TrunkLine[]): void {
    const waits = lines.map(({ waitMs }) => waitMs).filter((waitMs) => waitMs > 0)
    if (waits.length === 0) return
    this.#roomTimer?.cancel()
    this.#roomTimer = this.#parts.clock.after(Math.min(...waits), () => this.#tellRoom())
  }

  /** Once for all changes of a moment: a call that ends must not look through the queue from within. */
  #tellRoom(): void {
    if (this.#isTellingRoom) return
    this.#isTellingRoom = true
    queueMicrotask(() => {
      this.#isTellingRoom = false
      for (const listener of this.#roomListeners) listener()
    })
  }

  #tellAddresses(): void {
    for (const listener of this.#addressListeners) listener()
  }
}
