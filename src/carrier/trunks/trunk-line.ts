import type { TrunkState } from '../../domain/trunk/route-call.ts'
import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { SipTarget, SipUserAgent } from '../../sip/user-agent.types.ts'
import { CallWindow } from './call-window.ts'
import { DayQuota } from './day-quota.ts'
import { NextHop } from './next-hop.ts'
import type { ResolveNextHop, TrunkBoard, TrunkOrigin, TrunkReport, TrunkShare } from './ports.ts'
import { TrunkHealth } from './trunk-health.ts'
import { TrunkRegistration } from './trunk-registration.ts'

export interface TrunkLineParts {
  readonly agent: Pick<SipUserAgent, 'options' | 'register'>
  readonly resolve: ResolveNextHop
  /** Absent: the caps of stored trunks are this node's alone. */
  readonly board?: TrunkBoard
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  /** Resolves when the registration of the trunk that had this name before is taken back: it may be for the same Contact. */
  readonly unregistered: Promise<void>
  /** It can take calls again, perhaps. */
  readonly roomChanged: () => void
  /** Its next hop has other addresses now. */
  readonly addressesChanged: () => void
}

/** What a trunk carries: it stays when the trunk is described anew, since its calls do. */
export interface TrunkLoad {
  calls: number
  readonly window: CallWindow
}

/** One trunk at work on this node: where it leads, whether it works, what it may still take. */
export class TrunkLine {
  readonly profile: TrunkProfile
  readonly origin: TrunkOrigin
  readonly health: TrunkHealth
  readonly load: TrunkLoad
  readonly #parts: TrunkLineParts
  readonly #quota: DayQuota | undefined
  readonly #registration: TrunkRegistration | undefined
  /** Calls on it as it is described here; those of `load` may be of its successor. */
  #calls = 0
  readonly #nextHop: NextHop
  #share: TrunkShare
  #isClosed = false

  /**
   * @param share what it may use at first
   * @param load of the same trunk as it was described before
   */
  constructor(
    profile: TrunkProfile,
    origin: TrunkOrigin,
    share: TrunkShare,
    parts: TrunkLineParts,
    load: TrunkLoad = { calls: 0, window: new CallWindow(parts.clock) },
  ) {
    const { clock, log, random, board, agent } = parts
    this.profile = profile
    this.origin = origin
    this.#parts = parts
    this.#share = share
    this.load = load
    this.#nextHop = new NextHop(profile, {
      agent,
      resolve: parts.resolve,
      clock,
      log,
      changed: parts.addressesChanged,
      found: parts.roomChanged,
    })
    this.health = new TrunkHealth({
      ping: () => this.#nextHop.ping(),
      pingSeconds: profile.enabled ? profile.pingSeconds : 0,
      restAfter: profile.restAfter,
      clock,
      random,
      changed: (health, why) => {
        log.info({ trunk: profile.name, health, why }, 'trunk')
        parts.roomChanged()
      },
    })
    const hasQuota = profile.callsPerDay > 0 && board !== undefined && origin === 'store'
    const { name: trunk, callsPerDay } = profile
    const refilled = parts.roomChanged
    this.#quota = hasQuota ? new DayQuota({ trunk, callsPerDay, board, clock, log, refilled }) : undefined
    this.#registration =
      profile.registers && profile.enabled
        ? new TrunkRegistration(profile, {
            agent,
            targets: async () => {
              await parts.unregistered
              return await parts.resolve(profile)
            },
            log,
            changed: refilled,
          })
        : undefined
  }

  /** Addresses of the next hop, best first. */
  get targets(): readonly SipTarget[] {
    return this.#nextHop.targets
  }

  /** Route values that its calls carry. */
  get routes(): readonly string[] {
    return this.#registration?.routes ?? []
  }

  /** Why it can take no call now, if it cannot. */
  get state(): TrunkState {
    if (this.#nextHop.trouble !== undefined || this.health.health === 'down') return 'down'
    if (this.#registration?.isRegistered === false) return 'unregistered'
    if (this.health.mayTry === 0) return 'resting'
    if (this.load.calls >= this.#share.channels) return 'channels'
    if (this.load.window.room(this.#share.callsPerSecond) === 0) return 'callsPerSecond'
    return this.#quota === undefined || this.#quota.left > 0 ? 'free' : 'callsPerDay'
  }

  /** Calls that it can take now; none when it was removed or described anew: nobody asked whether it may still carry them. */
  get room(): number {
    if (this.#isClosed || !this.profile.enabled || this.state !== 'free') return 0
    return Math.min(this.channelsFree, this.load.window.room(this.#share.callsPerSecond))
  }

  /** Calls that it has lines for: calls per second hold them up for a moment, and no longer. */
  get channelsFree(): number {
    if (!this.profile.enabled) return 0
    return Math.min(
      this.#share.channels - this.load.calls,
      this.#quota?.left ?? Number.MAX_SAFE_INTEGER,
      this.health.mayTry,
    )
  }

  /** Milliseconds until its calls per second allow another call; 0 when they are not what holds it. */
  get waitMs(): number {
    return this.state === 'callsPerSecond' ? this.load.window.waitMs(this.#share.callsPerSecond) : 0
  }

  setShare(share: TrunkShare): void {
    const grew = share.channels > this.#share.channels || share.callsPerSecond > this.#share.callsPerSecond
    this.#share = share
    this.#quota?.lookAgain()
    if (grew) this.#parts.roomChanged()
  }

  /** Nothing above this share is used any more. */
  lowerShare(share: TrunkShare | undefined): void {
    if (share === undefined) return
    this.#share = {
      channels: Math.min(this.#share.channels, share.channels),
      callsPerSecond: Math.min(this.#share.callsPerSecond, share.callsPerSecond),
    }
  }

  /** An INVITE goes out on it. */
  began(): void {
    this.#calls++
    this.load.calls++
    this.load.window.note()
    this.#quota?.spend()
    this.health.began()
  }

  /** Nothing of that INVITE is left. */
  ended(): void {
    this.#calls--
    this.load.calls--
    this.#parts.roomChanged()
  }

  /** Whether a call that began on this line, not on its successor, goes on. */
  get isInUse(): boolean {
    return this.#calls > 0
  }

  report(): TrunkReport {
    const { profile, origin } = this
    const { trouble } = this.#nextHop
    const why = trouble ?? this.health.why
    const health = trouble === undefined ? this.health.health : 'down'
    const registration = this.#registration?.words
    const { state } = this
    return { profile, origin, health, state, why, registration, calls: this.load.calls, room: this.room }
  }

  /** Calls on it go on. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#nextHop.close()
    this.health.close()
    await Promise.all([this.#quota?.close(), this.unregister()])
  }

  /** Resolves when its registration is taken back, if it had one: what `close` begins. */
  async unregister(): Promise<void> {
    await this.#registration?.close()
  }
}
