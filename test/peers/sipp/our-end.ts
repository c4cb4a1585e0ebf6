import { once } from 'node:events'
import { type Clock, systemClock } from '../../../src/lib/clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { audioOffer } from '../../../src/sip/sdp/audio.ts'
import { startUserAgent } from '../../../src/sip/user-agent.ts'
import type {
  InviteRequest,
  OutgoingCall,
  SipCall,
  SipCallEnd,
  SipUserAgent,
} from '../../../src/sip/user-agent.types.ts'

/** A user agent of ours on loopback: UDP and TCP on any free port. */
export function startOurEnd(t1Ms = 500, host = '127.0.0.1', clock = systemClock): Promise<SipUserAgent> {
  const listen = [
    { transport: 'udp' as const, host, port: 0 },
    { transport: 'tcp' as const, host, port: 0 },
  ]
  return startUserAgent({ listen, product: 'Yuyin', clock, log: silentLog, t1Ms })
}

/** A clock on which so many seconds pass in one: RFC 4028 knows no session shorter than 90 s. */
export function fastClock(times: number): Clock {
  return {
    now: () => systemClock.now(),
    monotonicMs: () => systemClock.monotonicMs() * times,
    after: (delayMs, task) => systemClock.after(delayMs / times, task),
  }
}

/** The port of our end. */
export function portOf(agent: SipUserAgent, transport: 'udp' | 'tcp' = 'udp'): number {
  const found = agent.listening.find((listener) => listener.transport === transport)
  if (found === undefined) throw new Error(`our end does not listen on ${transport}`)
  return found.port
}

/** Calls a port of this machine. */
export function call(agent: SipUserAgent, port: number, changes: Partial<InviteRequest> = {}): OutgoingCall {
  return agent.invite({
    target: { user: '13800000000', host: '127.0.0.1', port, transport: 'udp' },
    from: { user: '057128880000' },
    to: { user: '13800000000' },
    offer: audioOffer({ host: '127.0.0.1', port: 30_000 }),
    ringTimeoutMs: 30_000,
    ...changes,
  })
}

/** How a call ended; counts that it ended once. */
export async function endOf(call: SipCall): Promise<SipCallEnd> {
  const [end] = await once(call, 'ended')
  return end
}

/** The names of a call's events, in order, and its end. */
export function eventsOf(call: SipCall): string[] {
  const events: string[] = []
  call.on('progress', (status, description) => events.push(`progress ${status}${description ? ' with SDP' : ''}`))
  call.on('answered', (description) => events.push(`answered${description ? ' with SDP' : ''}`))
  call.on('ended', ({ kind }) => events.push(`ended ${kind}`))
  return events
}
