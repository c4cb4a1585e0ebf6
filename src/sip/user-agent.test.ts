import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { SipNetwork } from '../../fakes/sip-network.ts'
import { silentLog } from '../lib/log.ts'
import { startUserAgent } from './user-agent.ts'
import type { IncomingCall, InviteRequest, OutgoingCall, SipCall, SipUserAgent } from './user-agent.types.ts'

const offer = 'v=0\r\no=offer\r\n'
const answer = 'v=0\r\no=answer\r\n'

/** Two user agents in a network of their own, and what the callee got. */
async function pair(transport: 'udp' | 'tcp' = 'udp') {
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

/** Every event of a call, as text in order. */
function news(call: SipCall): string[] {
  const told: string[] = []
  call.on('progress', (status, description) => told.push(`progress ${status}${description ? ' with SDP' : ''}`))
  call.on('answered', (description) => told.push(`answered ${description === undefined ? '' : 'with SDP'}`.trim()))
  call.on('info', (type, body) => told.push(`info ${type} ${body}`))
  call.on('remoteChanged', (description) => told.push(`remoteChanged ${description}`))
  call.on('ended', (end) => told.push(`ended ${JSON.stringify(end)}`))
  return told
}

/** The first incoming call. */
function firstOf(calls: IncomingCall[]): IncomingCall {
  const [call] = calls
  if (call === undefined) throw new Error('no call came in')
  return call
}

async function expectNothingLeft(clock: FakeClock, ...agents: SipUserAgent[]): Promise<void> {
  await clock.advance(130_000)
  for (const agent of agents) {
    expect(agent.describe()).toEqual({ calls: 0, clientTransactions: 0, serverTransactions: 0, connections: 0 })
  }
  expect(clock.pendingTimers).toBe(0)
}

/** A call that is answered on both sides. */
async function answered(transport: 'udp' | 'tcp' = 'udp') {
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

describe.each(['udp', 'tcp'] as const)('a call over %s', (transport) => {
  test('rings, is answered, and is hung up by the caller', async () => {
    const { clock, network, caller, callee, out, outNews, into, inNews } = await answered(transport)
    expect([out.state, into.state]).toEqual(['confirmed', 'confirmed'])
    expect([out.remoteDescription, into.remoteDescription]).toEqual([answer, offer])
    out.hangUp({ q850: 16, text: 'Normal call clearing' })
    out.hangUp()
    await clock.advance(0)
    expect(outNews).toEqual(['progress 180', 'answered with SDP', 'ended {"kind":"bye","by":"here"}'])
    expect(inNews).toEqual(['answered with SDP', 'ended {"kind":"bye","by":"there","q850":16}'])
    expect(network.sent()).toEqual(['INVITE', '100', '180', '200', 'ACK', 'BYE', '200'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('is hung up by the callee', async () => {
    const { clock, caller, callee, outNews, into, inNews } = await answered(transport)
    into.hangUp()
    await clock.advance(0)
    expect(outNews.at(-1)).toBe('ended {"kind":"bye","by":"there"}')
    expect(inNews.at(-1)).toBe('ended {"kind":"bye","by":"here"}')
    await expectNothingLeft(clock, caller, callee)
  })
})

describe('an incoming call', () => {
  test('says who calls whom, from where', async () => {
    const { clock, incoming, invite } = await pair()
    const out = invite({ headers: [['X-Call', 'a b']], callIdPrefix: '116012854210^10281427' })
    await clock.advance(0)
    const call = firstOf(incoming)
    expect(call.request).toEqual({
      uriUser: '13800000000',
      fromUser: '057128880000',
      fromDisplayName: 'Clinic "East"',
      toUser: '13800000000',
      source: { transport: 'udp', host: '192.0.2.1', port: 5060 },
    })
    expect(call.header('x-CALL')).toBe('a b')
    expect(call.callId).toBe(out.callId)
    expect(call.callId).toMatch(/^116012854210\.10281427-/)
  })

  test('without a listener is refused with 480', async () => {
    const { clock, caller, callee, invite } = await pair()
    callee.removeAllListeners('call')
    const told = news(invite())
    await clock.advance(0)
    expect(told).toEqual(['ended {"kind":"refused","status":480,"reason":"Temporarily Unavailable","local":false}'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('whose handler fails is refused with 500, and others go on', async () => {
    const { clock, caller, callee, invite } = await pair()
    callee.prependListener('call', () => {
      throw new Error('a bug')
    })
    const told = news(invite())
    await clock.advance(0)
    expect(told[0]).toContain('"status":500')
    await expectNothingLeft(clock, caller, callee)
  })

  test('rejected tells status, words and the Reason header', async () => {
    const { clock, caller, callee, incoming, invite } = await pair()
    const out = news(invite())
    await clock.advance(0)
    const into = news(firstOf(incoming))
    firstOf(incoming).reject(480, 'Gone Away', [['Reason', 'Q.850;cause=20;text="powered off"']])
    await clock.advance(0)
    expect(out).toEqual([
      'ended {"kind":"refused","status":480,"reason":"Gone Away","q850":20,"q850Text":"powered off","local":false}',
    ])
    expect(into).toEqual(['ended {"kind":"refused","status":480,"reason":"Gone Away","local":true}'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('hung up before the answer is refused by its cause', async () => {
    const { clock, incoming, invite } = await pair()
    const told = news(invite())
    await clock.advance(0)
    firstOf(incoming).hangUp({ q850: 17, text: 'User busy' })
    await clock.advance(0)
    expect(told[0]).toContain('"status":486,"reason":"Busy Here","q850":17,"q850Text":"User busy"')
  })

  test('may play an announcement before it is answered', async () => {
    const { clock, incoming, invite } = await pair()
    const told = news(invite())
    await clock.advance(0)
    firstOf(incoming).ring()
    firstOf(incoming).ring(answer)
    await clock.advance(0)
    expect(told).toEqual(['progress 180', 'progress 183 with SDP'])
  })

  test('keeps saying that it rings', async () => {
    const { clock, network, incoming, invite } = await pair()
    invite({ ringTimeoutMs: 300_000 })
    await clock.advance(0)
    firstOf(incoming).ring()
    await clock.advance(125_000)
    expect(network.sent(5070)).toEqual(['100', '180', '180', '180'])
  })

  test('refuses line breaks in headers and leaves the call as it was', async () => {
    const { clock, incoming, invite } = await pair()
    expect(() => invite({ headers: [['X-A', 'a\r\nVia: b']] })).toThrow('line break')
    const told = news(invite())
    await clock.advance(0)
    const call = firstOf(incoming)
    expect(() => call.reject(486, 'Busy\r\nX: y')).toThrow('line break')
    call.reject(486)
    await clock.advance(0)
    expect(told[0]).toContain('"status":486')
  })
})

describe('giving up', () => {
  test('a phone that rings too long is cancelled', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    const out = news(invite({ ringTimeoutMs: 20_000 }))
    await clock.advance(0)
    const into = news(firstOf(incoming))
    firstOf(incoming).ring()
    await clock.advance(20_000)
    expect(out).toEqual(['progress 180', 'ended {"kind":"ringTimeout"}'])
    expect(into).toEqual(['ended {"kind":"cancelled","by":"there"}'])
    expect(network.sent()).toEqual(['INVITE', '100', '180', 'CANCEL', '200', '487', 'ACK'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('a hang-up before any answer waits for one, then cancels', async () => {
    const { clock, network, caller, callee, invite } = await pair()
    const out = invite()
    const told = news(out)
    out.hangUp()
    expect(network.sent(5060)).toEqual(['INVITE'])
    await clock.advance(0)
    expect(network.sent(5060)).toEqual(['INVITE', 'CANCEL', 'ACK'])
    expect(told).toEqual(['ended {"kind":"cancelled","by":"here"}'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('an answer that crosses the CANCEL is acknowledged and hung up', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    const out = invite()
    const told = news(out)
    await clock.advance(0)
    firstOf(incoming).ring()
    await clock.advance(0)
    firstOf(incoming).accept(answer)
    out.hangUp()
    await clock.advance(0)
    expect(told).toEqual(['progress 180', 'ended {"kind":"cancelled","by":"here"}'])
    expect(network.sent(5060)).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('a far end that ignores the CANCEL is abandoned after 64·T1', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    network.loses = ({ message }) => message.kind === 'request' && message.method === 'CANCEL'
    const out = invite()
    const told = news(out)
    await clock.advance(0)
    out.hangUp()
    await clock.advance(31_000)
    expect(told).toEqual([])
    await clock.advance(1_000)
    expect(told).toEqual(['ended {"kind":"cancelled","by":"here"}'])
    firstOf(incoming).reject(486)
    await expectNothingLeft(clock, caller, callee)
  })

  test('nobody at all: 408 of our own after 64·T1, with the INVITE sent seven times', async () => {
    const { clock, network, caller, invite } = await pair()
    network.loses = () => true
    const told = news(invite({ ringTimeoutMs: 10_000 }))
    await clock.advance(32_000)
    expect(told).toEqual(['ended {"kind":"refused","status":408,"reason":"Request Timeout","local":true}'])
    expect(network.sent()).toEqual(Array(7).fill('INVITE'))
    await expectNothingLeft(clock, caller)
  })

  test('a refused connection ends the call as failed', async () => {
    const { clock, caller, invite } = await pair('tcp')
    const told = news(invite({ target: { host: '192.0.2.1', port: 9, transport: 'tcp' } }))
    expect(told).toEqual([])
    await clock.advance(0)
    expect(told).toEqual(['ended {"kind":"failed","reason":"connection refused"}'])
    await expectNothingLeft(clock, caller)
  })

  test('a transport that nobody listens on ends the call as failed', async () => {
    const { clock, caller, invite } = await pair('udp')
    const told = news(invite({ target: { host: '192.0.2.1', port: 9, transport: 'tcp' } }))
    await clock.advance(0)
    expect(told[0]).toContain('no tcp listener')
    await expectNothingLeft(clock, caller)
  })
})

describe('a lossy line', () => {
  test('the 2xx is repeated until its ACK arrives, and each one is acknowledged', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    let losses = 0
    network.loses = ({ message }) => message.kind === 'request' && message.method === 'ACK' && ++losses <= 3
    const out = invite()
    await clock.advance(0)
    const into = news(firstOf(incoming))
    firstOf(incoming).accept(answer)
    // T1 doubling: 0.5, 1.5 and 3.5 s after the answer.
    await clock.advance(3400)
    expect(into).toEqual([])
    await clock.advance(100)
    expect(into).toEqual(['answered with SDP'])
    expect(network.sent(5060).filter((what) => what === 'ACK')).toHaveLength(4)
    out.hangUp()
    await expectNothingLeft(clock, caller, callee)
  })

  test('an ACK that never comes ends the call with BYE', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    network.loses = ({ message }) => message.kind === 'request' && message.method === 'ACK'
    const out = news(invite())
    await clock.advance(0)
    const into = news(firstOf(incoming))
    firstOf(incoming).accept(answer)
    await clock.advance(32_000)
    expect(into).toEqual(['ended {"kind":"failed","reason":"the ACK never came"}'])
    expect(out).toEqual(['answered with SDP', 'ended {"kind":"bye","by":"there"}'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('a callee that hangs up before the ACK waits for it', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    let losses = 0
    network.loses = ({ message }) => message.kind === 'request' && message.method === 'ACK' && ++losses <= 1
    const out = news(invite())
    await clock.advance(0)
    firstOf(incoming).accept(answer)
    firstOf(incoming).hangUp()
    await clock.advance(0)
    expect(network.sent(5070)).not.toContain('BYE')
    await clock.advance(500)
    expect(out).toEqual(['answered with SDP', 'ended {"kind":"bye","by":"there"}'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('every call comes through, or ends once, when a third of all messages is lost', async () => {
    const { clock, network, caller, callee, invite } = await pair()
    let seed = 20240102
    network.loses = () => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31
      return seed / 2 ** 31 < 0.3
    }
    callee.on('call', (call) => {
      call.ring()
      call.accept(answer)
    })
    const calls: OutgoingCall[] = Array.from({ length: 200 }, () => invite())
    const told = calls.map(news)
    for (const call of calls) call.on('answered', () => void clock.after(3000, () => call.hangUp()))
    await clock.advance(100_000)
    expect(told.filter((events) => events.includes('answered with SDP')).length).toBeGreaterThan(195)
    expect(told.every((events) => events.filter((event) => event.startsWith('ended')).length === 1)).toBe(true)
    expect(told.every((events) => events.at(-1)?.startsWith('ended'))).toBe(true)
    await expectNothingLeft(clock, caller, callee)
  })
})

describe('OPTIONS', () => {
  test('is answered with what this end can do', async () => {
    const { clock, network, caller, callee } = await pair()
    const ping = caller.options({ host: '192.0.2.1', port: 5070, transport: 'udp' })
    await clock.advance(0)
    expect(await ping).toEqual({ status: 200, reason: 'OK' })
    const response = network.flown.at(-1)?.message
    expect(response?.headers.first('allow')).toContain('UPDATE')
    expect(response?.headers.first('accept')).toContain('application/sdp')
    await expectNothingLeft(clock, caller, callee)
  })

  test('to nobody ends with 408, to a closed port with 503', async () => {
    const { clock, caller } = await pair()
    const lost = caller.options({ host: '192.0.2.9', port: 1, transport: 'udp' })
    const refused = caller.options({ host: '192.0.2.9', port: 1, transport: 'tcp' })
    await clock.advance(32_000)
    expect(await lost).toMatchObject({ status: 408 })
    expect(await refused).toMatchObject({ status: 503 })
    await expectNothingLeft(clock, caller)
  })
})

test('closing leaves no timer behind, whatever is going on', async () => {
  const { clock, caller, callee, incoming, invite } = await pair()
  invite()
  invite()
  await clock.advance(0)
  firstOf(incoming).ring()
  incoming[1]?.accept(answer)
  await Promise.all([caller.close(), callee.close()])
  expect(clock.pendingTimers).toBe(0)
})
