import type { TrunkState } from '../../domain/trunk/route-call.ts'
import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import type { Leg } from '../../engine/ports.ts'
import type { InviteRequest, SipTarget, SipUserAgent } from '../../sip/user-agent.types.ts'
import type { Health } from './trunk-health.ts'

/** What the trunks need from outside. */

/** Where a trunk's profile comes from: the store, or the settings of this node. */
export type TrunkOrigin = 'store' | 'settings' | 'phones'

/** How a trunk stands on this node. */
export interface TrunkReport {
  readonly profile: TrunkProfile
  readonly origin: TrunkOrigin
  readonly health: Health
  /** What keeps it from taking a call. */
  readonly state: TrunkState
  /** What was last heard of it, in words. */
  readonly why: string
  /** `undefined`: it does not register. */
  readonly registration: string | undefined
  /** Calls on it, those that are being given up included. */
  readonly calls: number
  /** Calls that it could take now. */
  readonly room: number
}

/** What this node may use of the caps of a trunk. */
export interface TrunkShare {
  readonly channels: number
  /** With a fraction; `Infinity`: no limit. */
  readonly callsPerSecond: number
}

/** This node, while its shares are renewed. */
export interface SharingNode {
  reports(): readonly TrunkReport[]
  /**
   * Called in the same moment as `reports`, before anybody else can hear of the new shares: what became smaller holds from
   * here on, so that no call begins under a share that another node is given.
   */
  lower(shares: ReadonlyMap<string, TrunkShare>): void
}

/** Where the nodes tell each other how their trunks stand, and divide what the caps allow. */
export interface TrunkBoard {
  /**
   * Tells how the trunks of this node stand and renews its shares of those from the store. The shares of all nodes together
   * never exceed a cap.
   */
  renew(node: SharingNode): Promise<ReadonlyMap<string, TrunkShare>>
  /** Takes calls of a day out of a trunk's cap for this node, durably. @returns how many were left to take, up to `wanted` */
  takeOfDay(trunk: string, day: string, wanted: number, callsPerDay: number): Promise<number>
  /** Gives back what was taken and not used. */
  giveBackOfDay(trunk: string, day: string, calls: number): Promise<void>
}

/** Everything that a leg over a trunk is made from. */
export interface LegPlan extends Pick<TrunkProfile, 'srtp' | 'codecs' | 'keys' | 'learnsPort'> {
  readonly callId: string
  /** Name of the trunk that it goes over. */
  readonly trunk: string
  /** Sends the INVITE; sees it as well, so that the trunk knows how it ended. */
  readonly agent: Pick<SipUserAgent, 'invite'>
  /** Everything of the INVITE but the offer. */
  readonly invite: Omit<InviteRequest, 'offer'>
}

export type MakeLeg = (plan: LegPlan) => Leg

/** The addresses of a next hop, best first (RFC 3263). @throws when there is none */
export type ResolveNextHop = (profile: TrunkProfile) => Promise<readonly SipTarget[]>
