import { expect, test } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { statuses } from '../../fakes/sip-far-end.ts'
import { SipNetwork } from '../../fakes/sip-network.ts'
import { silentLog } from '../lib/log.ts'
import type { SipMessage, SipRequest } from './message/message.ts'
import { startUserAgent } from './user-agent.ts'
import type { IncomingCall, InviteRequest } from './user-agent.types.ts'

/** A user agent that serves 192.0.2.1 alone, the carrier there with a gateway elsewhere, and a scanner. */
async function guarded() {
  const clock = new FakeClock()
  const network = new SipNetwork()
  const agent = await startUserAgent(
    {
      listen: [{ transport: 'udp', host: '192.0.2.10', port: 5060 }],
      product: 'Yuyin',
      clock,
      log: silentLog,
      admit: ({ host }) => (host === '192.0.2.1' ? 'serve' : 'drop'),
    },
    network.open,
  )
  const calls: IncomingCall[] = []
  agent.on('call', (call) => void calls.push(call))
  const end = (host: string) => {
    const arrived: SipMessage[] = []
    const peer = network.peer({ transport: 'udp', host, port: 5060 }, (message) => void arrived.push(message))
    const say = async (text: string) => {
      peer.send(text, { host: '192.0.2.10', port: 5060 })
      await clock.advance(0)
    }
    return { arrived, say }
  }
  const gateway = end('192.0.2.7')
  return { clock, agent, calls, carrier: end('192.0.2.1'), gateway, scanner: end('192.0.2.66') }
}

function text(method: string, host: string, changes: Record<string, string> = {}): string {
  const headers = {
    Via: `SIP/2.0/UDP ${host};branch=z9hG4bK${method}`,
    From: `<sip:100@${host}>;tag=1`,
    To: '<sip:110@192.0.2.10>',
    'Call-ID': 'one',
    CSeq: `1 ${method}`,
    ...changes,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`${method} sip:110@192.0.2.10 SIP/2.0`, ...lines, '', ''].join('\r\n')
}

test.each(['INVITE', 'REGISTER', 'OPTIONS', 'BYE', 'CANCEL', 'DANCE'])(
  'a scanner gets no answer to %s',
  async (method) => {
    const { scanner, calls, agent, clock } = await guarded()
    await scanner.say(text(method, '192.0.2.66'))
    await scanner.say(text(method, '192.0.2.66', { CSeq: 'broken' }))
    expect(scanner.arrived).toEqual([])
    expect(calls).toEqual([])
    expect(agent.describe()).toMatchObject({ serverTransactions: 0, calls: 0 })
    expect(clock.pendingTimers).toBe(0)
  },
)

test('the carrier is served meanwhile', async () => {
  const { carrier, scanner, calls } = await guarded()
  for (let one = 0; one < 1000; one++) await scanner.say(text('INVITE', '192.0.2.66', { 'Call-ID': `s${one}` }))
  await carrier.say(text('INVITE', '192.0.2.1'))
  expect(calls).toHaveLength(1)
  expect(statuses(carrier.arrived)).toEqual([100])
})

test('a call may be hung up from another address, by who knows its tags', async () => {
  const { carrier, scanner, calls, clock } = await guarded()
  await carrier.say(text('INVITE', '192.0.2.1'))
  calls[0]?.accept('v=0')
  await clock.advance(0)
  const to = carrier.arrived.at(-1)?.headers.first('to') ?? ''
  const ends: unknown[] = []
  calls[0]?.on('ended', (end) => ends.push(end.kind))
  await carrier.say(text('ACK', '192.0.2.1', { To: to, Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKack' }))
  await scanner.say(text('BYE', '192.0.2.1', { To: `${to}x`, CSeq: '2 BYE' }))
  expect(ends).toEqual([])
  await scanner.say(text('BYE', '192.0.2.1', { To: to, CSeq: '2 BYE' }))
  expect(ends).toEqual(['bye'])
})

/** A call to the carrier. */
const wanted: InviteRequest = {
  target: { user: '110', host: '192.0.2.1', port: 5060, transport: 'udp' },
  from: { user: '95588' },
  to: { user: '110' },
  offer: 'v=0',
  credentials: { username: 'trunk', password: 'secret' },
  ringTimeoutMs: 60_000,
}

/** An answer to the last request with that method that arrived at an end. */
function answerTo({ arrived }: { arrived: SipMessage[] }, method: string, status: string, ...lines: string[]): string {
  const request = arrived.findLast((one): one is SipRequest => one.kind === 'request' && one.method === method)
  const repeated = ['via', 'from', 'call-id', 'cseq'].map((name) => `${name}: ${request?.headers.first(name)}`)
  return [`SIP/2.0 ${status}`, ...repeated, 'To: <sip:110@192.0.2.1>;tag=9', ...lines, '', ''].join('\r\n')
}

test('within a call the answer is heard of whom the carrier named as its other end, and of nobody else', async () => {
  const { agent, carrier, gateway, scanner, clock } = await guarded()
  const call = agent.invite(wanted)
  await clock.advance(0)
  await scanner.say(answerTo(carrier, 'INVITE', '486 Busy Here'))
  await gateway.say(answerTo(carrier, 'INVITE', '486 Busy Here'))
  expect(call.state).toBe('calling')
  await carrier.say(answerTo(carrier, 'INVITE', '200 OK', 'Contact: <sip:110@192.0.2.7>'))
  expect(call.state).toBe('confirmed')
  const given = expect(call.reoffer('hold')).resolves.toBe('')
  await clock.advance(0)
  await scanner.say(answerTo(gateway, 'INVITE', '488 Not Acceptable Here'))
  await gateway.say(answerTo(gateway, 'INVITE', '200 OK', 'Contact: <sip:110@192.0.2.7>'))
  await given
  call.hangUp()
  await clock.advance(0)
  await gateway.say(answerTo(gateway, 'BYE', '200 OK'))
  await clock.advance(32_000)
  expect(gateway.arrived.map((one) => one.kind === 'request' && one.method)).toEqual(['ACK', 'INVITE', 'ACK', 'BYE'])
  expect(agent.describe()).toMatchObject({ calls: 0, clientTransactions: 0 })
})

test('whom the carrier named as its other end gets no digest, not even for the realm of the carrier', async () => {
  const { agent, carrier, gateway, clock } = await guarded()
  const call = agent.invite(wanted)
  const ask = (nonce: string) => `WWW-Authenticate: Digest realm="ours", nonce="${nonce}"`
  await clock.advance(0)
  await carrier.say(answerTo(carrier, 'INVITE', '401 Unauthorized', ask('n1')))
  await carrier.say(answerTo(carrier, 'INVITE', '200 OK', 'Contact: <sip:110@192.0.2.7>'))
  expect(call.state).toBe('confirmed')
  call.hangUp()
  await clock.advance(0)
  await gateway.say(answerTo(gateway, 'BYE', '401 Unauthorized', ask('n2')))
  await clock.advance(32_000)
  const heard = gateway.arrived.map((one) => one.headers.first('authorization') ?? '').join()
  expect(heard).not.toContain('n2')
  expect(agent.describe()).toMatchObject({ calls: 0, clientTransactions: 0 })
})

test('a challenge of somebody else never gets a digest', async () => {
  const { agent, carrier, scanner, clock } = await guarded()
  agent.invite(wanted)
  await clock.advance(0)
  const withNonce = answerTo(carrier, 'INVITE', '401 Unauthorized', 'WWW-Authenticate: Digest realm="evil", nonce="n"')
  await scanner.say(withNonce)
  const digests = () => carrier.arrived.filter((one) => one.headers.count('authorization') > 0)
  expect([...digests(), ...scanner.arrived]).toEqual([])
  await carrier.say(withNonce)
  expect(digests()).toHaveLength(1)
})
