import { expect } from 'vitest'
import { silentLog } from '../src/lib/log.ts'
import { OfferRefused } from '../src/sip/dialog/own-offers.ts'
import { startUserAgent } from '../src/sip/user-agent.ts'
import type { IncomingCall, InviteRequest, SipCall, SipUserAgent } from '../src/sip/user-agent.types.ts'
import { FakeClock } from './fake-clock.ts'
import { SipNetwork } from './sip-network.ts'

export const offer = 'v=0\r\no=offer\r\n'
export const answer = 'v=0\r\no=answer\r\n'

/** Two user agents in a network of their own, and what the callee got. */
export async function pair(transport: 'udp' | 'tcp' = 'udp') {
  const clock = new FakeClock()
  const network = new SipNetwork()
  const start = (port: number) =>
    startUserAgent(
      { listen: [{ transport, host: '192.0.2.1', port }], product: 'Yuyin', clock, log: silentLog },
      network.open,
    )
  const [caller, callee] = [await start(5060), await start(5070)]
  const incoming: IncomingCall[] = []
  callee.on('call', (call) => void incoming.push(call))
  const invite = (changes: Partial<InviteRequest> = {}) =>
    caller.invite({
      target: { user: '13800000000', host: '192.0.2.1', port: 5070, transport },
      from: { user: '057128880000', displayName: 'Clinic "East"' },
      to: { user: '13800000000' },
      offer,
      ringTimeoutMs: 60_000,
      ...changes,
    })
  return { clock, network, caller, callee, incoming, invite }
}

/** Offers a change, by which nothing is decided: the far end, or the end of the call, may refuse it. */
export function offerAnyhow(call: SipCall, description: string): void {
  call.reoffer(description).catch((error: unknown) => {
    if (!(error instanceof OfferRefused)) throw error
  })
}

/** Every event of a call, as text in order. */
export function news(call: SipCall): string[] {
  const told: string[] = []
  call.on('progress', (status, description) => told.push(`progress ${status}${description ? ' with SDP' : ''}`))
  call.on('answered', (description) => told.push(`answered ${description === undefined ? '' : 'with SDP'}`.trim()))
  call.on('info', (type, body) => told.push(`info ${type} ${body}`))
  call.on('remoteChanged', (description) => told.push(`remoteChanged ${description}`))
  call.on('ended', (end) => told.push(`ended ${JSON.stringify(end)}`))
  return told
}

/** The first incoming call. */
export function firstOf(calls: IncomingCall[]): IncomingCall {
  const [call] = calls
  if (call === undefined) throw new Error('no call came in')
  return call
}

/** Waits out every timer, then counts what is still there. */
export async function expectNothingLeft(clock: FakeClock, ...agents: SipUserAgent[]): Promise<void> {
  await clock.advance(130_000)
  for (const agent of agents) {
    expect(agent.describe()).toEqual({ calls: 0, clientTransactions: 0, serverTransactions: 0, connections: 0 })
  }
  expect(clock.pendingTimers).toBe(0)
}

/** A call that is answered on both sides. */
export async function answered(transport: 'udp' | 'tcp' = 'udp') {
  const ends = await pair(transport)
  const out = ends.invite()
  const outNews = news(out)
  await ends.clock.advance(0)
  const into = firstOf(ends.incoming)
  const inNews = news(into)
  into.ring()
  await ends.clock.advance(1000)
  into.accept(answer)
  await ends.clock.advance(0)
  return { ...ends, out, outNews, into, inNews }
}
