import { expect, test } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { statuses } from '../../fakes/sip-far-end.ts'
import { SipNetwork } from '../../fakes/sip-network.ts'
import { silentLog } from '../lib/log.ts'
import type { SipMessage, SipRequest } from './message/message.ts'
import { startUserAgent } from './user-agent.ts'
import type { IncomingCall } from './user-agent.types.ts'

/** A user agent that serves 192.0.2.1 alone, the carrier there, and a scanner. */
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
  return { clock, agent, calls, carrier: end('192.0.2.1'), scanner: end('192.0.2.66') }
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

test('a challenge of somebody else never gets a digest', async () => {
  const { agent, carrier, scanner, clock } = await guarded()
  agent.invite({
    target: { user: '110', host: '192.0.2.1', port: 5060, transport: 'udp' },
    from: { user: '95588' },
    to: { user: '110' },
    offer: 'v=0',
    credentials: { username: 'trunk', password: 'secret' },
    ringTimeoutMs: 60_000,
  })
  await clock.advance(0)
  const invite = carrier.arrived.find((one): one is SipRequest => one.kind === 'request')
  const repeated = ['via', 'from', 'call-id', 'cseq'].map((name) => `${name}: ${invite?.headers.first(name)}`)
  const challenge = ['SIP/2.0 401 Unauthorized', ...repeated, 'To: <sip:110@192.0.2.1>;tag=9']
  const withNonce = [...challenge, 'WWW-Authenticate: Digest realm="evil", nonce="n"', '', ''].join('\r\n')
  await scanner.say(withNonce)
  const digests = () => carrier.arrived.filter((one) => one.headers.count('authorization') > 0)
  expect([...digests(), ...scanner.arrived]).toEqual([])
  await carrier.say(withNonce)
  expect(digests()).toHaveLength(1)
})
