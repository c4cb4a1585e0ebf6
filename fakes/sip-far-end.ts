import { expect } from 'vitest'
import { silentLog } from '../src/lib/log.ts'
import type { SipMessage, SipRequest, SipResponse } from '../src/sip/message/message.ts'
import { responseTo } from '../src/sip/message/response-to.ts'
import { startUserAgent } from '../src/sip/user-agent.ts'
import type { InviteRequest } from '../src/sip/user-agent.types.ts'
import { FakeClock } from './fake-clock.ts'
import { SipNetwork } from './sip-network.ts'

/** A caller of ours, and a far end that the test plays itself. */
export async function caller() {
  const clock = new FakeClock()
  const network = new SipNetwork()
  const listen = [{ transport: 'udp' as const, host: '192.0.2.1', port: 5060 }]
  const agent = await startUserAgent({ listen, product: 'Yuyin', clock, log: silentLog }, network.open)
  const arrived: SipMessage[] = []
  const far = network.peer({ transport: 'udp', host: '192.0.2.1', port: 5070 }, (message) => void arrived.push(message))
  const request = (method: string) => arrived.filter(isRequest).filter((one) => one.method === method)
  const last = (method: string): SipRequest => {
    const found = request(method).at(-1)
    if (found === undefined) throw new Error(`no ${method} arrived`)
    return found
  }
  const answer = async (
    to: SipRequest,
    status: number,
    toTag: string,
    more: [string, string][] = [],
    body = '',
  ): Promise<void> => {
    const headers: [string, string][] = [['Contact', `<sip:far-${toTag}@192.0.2.1:5070>`], ...more]
    far.send(responseTo(to, status, { toTag, headers, body }), { port: 5060 })
    await clock.advance(0)
  }
  const invite = async (changes: Partial<InviteRequest> = {}) => {
    const call = agent.invite({
      target: { user: '110', host: '192.0.2.1', port: 5070, transport: 'udp' },
      from: { user: '95588' },
      to: { user: '110' },
      offer: 'v=0',
      ringTimeoutMs: 60_000,
      ...changes,
    })
    const told: string[] = []
    call.on('progress', (status) => told.push(`progress ${status}`))
    call.on('answered', (description) => told.push(`answered ${description}`))
    call.on('ended', (end) => told.push(`ended ${JSON.stringify(end)}`))
    await clock.advance(0)
    return { call, told }
  }
  const nothingLeft = async () => {
    await clock.advance(130_000)
    expect(agent.describe()).toEqual({ calls: 0, clientTransactions: 0, serverTransactions: 0, connections: 0 })
    expect(clock.pendingTimers).toBe(0)
  }
  return { clock, network, agent, far, arrived, request, last, answer, invite, nothingLeft }
}

/** Whether a message is a request. */
export function isRequest(message: SipMessage): message is SipRequest {
  return message.kind === 'request'
}

/** A request of the far end inside the call that `invite` made. */
export function inDialog(invite: SipRequest, toTag: string, method: string, seq: number, more = '', body = ''): string {
  // A CANCEL names what it ends by its branch.
  const branch = `z9hG4bK-far-${method === 'CANCEL' ? 'INVITE' : method}-${seq}`
  return [
    `${method} sip:192.0.2.1:5060 SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.1:5070;branch=${branch}`,
    `From: ${invite.headers.first('to')};tag=${toTag}`,
    `To: ${invite.headers.first('from')}`,
    `Call-ID: ${invite.headers.first('call-id')}`,
    `CSeq: ${seq} ${method}`,
    ...(more === '' ? [] : [more]),
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    '',
    body,
  ].join('\r\n')
}

/** The answers among what arrived, in order. */
export function statuses(arrived: SipMessage[]): number[] {
  return arrived.filter((message): message is SipResponse => message.kind === 'response').map(({ status }) => status)
}

/** A confirmed call whose far end is the test. */
export async function confirmed() {
  const ends = await caller()
  const { call, told } = await ends.invite()
  const invite = ends.last('INVITE')
  await ends.answer(invite, 200, 'far', [], 'first answer')
  const hear = async (text: string) => {
    ends.far.send(text, { port: 5060 })
    await ends.clock.advance(0)
  }
  const ask = (method: string, seq: number, more = '', body = '') =>
    hear(inDialog(invite, 'far', method, seq, more, body))
  return { ...ends, call, told, sent: invite, hear, ask }
}
