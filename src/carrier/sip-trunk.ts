import type { DialRequest, Leg, Trunk } from '../engine/ports.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Media } from '../media/media.ts'
import { localHost } from '../sip/transport/local-host.ts'
import type { Credentials, SipTarget, SipUserAgent } from '../sip/user-agent.types.ts'
import { SipLeg } from './sip-leg.ts'

/** Where calls go, and how many. */
export interface SipTrunkSettings {
  /** The next hop: the carrier's gateway, a proxy, or the virtual phones. */
  readonly nextHop: Omit<SipTarget, 'user'>
  readonly credentials: Credentials | undefined
  /** Shown when a call has no number of its own (public mode). */
  readonly ownNumber: string
  /** Simultaneous calls. */
  readonly channels: number
  /** A phone that rings longer than this is given up. */
  readonly ringSeconds: number
  readonly mediaHost: string
  /** Address in our SDP when carriers must see another one than `mediaHost` (behind address translation). */
  readonly advertisedHost: string | undefined
}

/** A trunk over SIP and RTP. */
export function createSipTrunk(
  settings: SipTrunkSettings,
  parts: { agent: SipUserAgent; media: Media; clock: Clock; log: Log },
): Trunk {
  let legs = 0
  return {
    dial(request: DialRequest): Leg {
      const from = request.from === '' ? settings.ownNumber : request.from
      const leg = new SipLeg({
        ...parts,
        callId: request.callId,
        mediaHost: settings.mediaHost,
        advertisedHost: localHost(settings.mediaHost, settings.nextHop.host, settings.advertisedHost),
        invite: {
          target: { ...settings.nextHop, user: request.to },
          from: { user: from },
          to: { user: request.to },
          callIdPrefix: request.callId,
          ringTimeoutMs: settings.ringSeconds * 1000,
          ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
        },
      })
      legs++
      leg.once('ended', () => legs--)
      return leg
    },
    capacity: () => settings.channels - legs,
  }
}
