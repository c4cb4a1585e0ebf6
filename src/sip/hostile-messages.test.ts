import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { SipNetwork } from '../../fakes/sip-network.ts'
import { offerAnyhow } from '../../fakes/sip-pair.ts'
import type { Log } from '../lib/log.ts'
import { responseTo } from './message/response-to.ts'
import { serializeMessage } from './message/serialize-message.ts'
import { startUserAgent } from './user-agent.ts'

/** Lines that real and hostile messages are made of. */
const lines = fc.constantFrom(
  'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1;rport',
  'Via: SIP/2.0/TCP [2001:db8::1]:9;branch=z9hG4bK2',
  'v: SIP/2.0/UDP a;received=x;rport=y, SIP / 2.0 / UDP b',
  'From: "a \\" b" <sip:a@192.0.2.9>;tag=1',
  'From: sip:a@b',
  'f: <sip:%zz@[::1];x="y">;tag=',
  'To: <sip:110@192.0.2.1>',
  'To: <tel:110>;tag=2',
  't: ,,,<>',
  'Call-ID: one',
  'i: two@[::1]',
  'CSeq: 1 INVITE',
  'CSeq: 1 OPTIONS',
  'CSeq: 2 BYE',
  'CSeq: 1 ACK',
  'CSeq: 1 CANCEL',
  'CSeq: 4294967296 INVITE',
  'Contact: <sip:x@192.0.2.9:5060;lr;transport=sctp?a=b>',
  'Contact: *',
  'm: <sips:a@b>, <mailto:c>',
  'Record-Route: <sip:192.0.2.9;lr>, garbage, <http://x>',
  'Require: ',
  'Require: 100rel, \u0000\r x',
  'Reason: Q.850;cause=;text="',
  'Max-Forwards: 0',
  'Content-Type: application/sdp',
  'Content-Type: multipart/mixed;boundary="x',
  'Content-Length: 3',
  'Content-Length: -1',
  'Authorization: Digest ,,=,"',
  ' folded',
  'no colon',
  ': no name',
)

const startLines = fc.constantFrom(
  'INVITE sip:110@192.0.2.1 SIP/2.0',
  'OPTIONS sip:192.0.2.1 SIP/2.0',
  'BYE sip:192.0.2.1 SIP/2.0',
  'ACK sip:192.0.2.1 SIP/2.0',
  'CANCEL sip:110@192.0.2.1 SIP/2.0',
  'INVITE sip: SIP/2.0',
  'INVITE x:y SIP/3.0',
  'SIP/2.0 200 OK',
  'SIP/2.0 487',
)

/** What a request needs to be heard, so that its odd parts get further than the first check. */
const sound = fc
  .tuple(fc.constantFrom('INVITE', 'INVITE', 'OPTIONS', 'BYE', 'ACK', 'CANCEL', 'UPDATE'), fc.nat(3), fc.nat(2))
  .map(([method, branch, seq]) => ({
    start: `${method} sip:110@192.0.2.1 SIP/2.0`,
    headers: [
      `Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK${branch}`,
      'From: <sip:a@192.0.2.9>;tag=1',
      'To: <sip:110@192.0.2.1>',
      'Call-ID: one',
      `CSeq: ${seq} ${method}`,
    ],
  }))

const extras = fc.array(fc.oneof({ weight: 8, arbitrary: lines }, fc.string()), { maxLength: 8 })

const message = fc.oneof(
  fc.tuple(startLines, extras, fc.string()).map(([start, headers, body]) => [start, ...headers, '', body].join('\r\n')),
  fc
    .tuple(sound, fc.array(lines.filter(isExtra), { maxLength: 3 }), fc.string())
    .map(([{ start, headers }, more, body]) => [start, ...headers, ...more, '', body].join('\r\n')),
)

/** Whether a line may stand beside the headers of a sound request without doubling one. */
function isExtra(line: string): boolean {
  return /^(contact|m|record-route|reason|max-forwards|content|authorization|require|via|v| )/i.test(line)
}

/** A user agent that writes down its own failures, and what must be true when all is over. */
async function watched() {
  const clock = new FakeClock()
  const network = new SipNetwork()
  const failures: unknown[] = []
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => void failures.push(fields) }
  const listen = [{ transport: 'udp' as const, host: '192.0.2.1', port: 5060 }]
  const agent = await startUserAgent({ listen, product: 'Yuyin', clock, log }, network.open)
  const expectUnharmed = async () => {
    await clock.advance(200_000)
    expect(failures).toEqual([])
    expect(agent.describe()).toEqual({ calls: 0, clientTransactions: 0, serverTransactions: 0, connections: 0 })
    expect(clock.pendingTimers).toBe(0)
  }
  return { clock, network, agent, expectUnharmed }
}

test('no message makes the user agent fail, or leaves anything behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 12 }), async (texts) => {
      const { network, agent, expectUnharmed } = await watched()
      agent.on('call', (call) => {
        call.ring('v=0')
        call.accept('v=0')
        call.hangUp({ q850: 16, text: 'done' })
      })
      const peer = network.peer({ transport: 'udp', host: '192.0.2.9', port: 5060 })
      for (const text of texts) {
        peer.send(text, { host: '192.0.2.1', port: 5060 })
        await Promise.resolve()
      }
      await expectUnharmed()
    }),
    { numRuns: 150 },
  )
}, 60_000)

test('no answer to a call makes the user agent fail, and every call ends once', async () => {
  const answer = fc.record({
    status: fc.constantFrom(100, 180, 183, 199, 200, 200, 302, 401, 407, 486, 491, 699),
    toTag: fc.constantFrom('a', 'b', 'c d', ''),
    extras: fc.array(lines.filter(isExtra), { maxLength: 3 }),
    challenge: fc.constantFrom('Digest realm="r", nonce="1"', 'Digest realm="r", nonce="2", qop="auth"', 'Basic x'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { maxLength: 8 }), fc.nat(4000), async (answers, hangUpMs) => {
      const { clock, network, agent, expectUnharmed } = await watched()
      const left = [...answers]
      const peer = network.peer({ transport: 'udp', host: '192.0.2.9', port: 5060 }, (request) => {
        const next = request.kind === 'request' && request.method !== 'ACK' ? left.shift() : undefined
        if (next === undefined || request.kind !== 'request') return
        const head = serializeMessage(responseTo(request, next.status, { toTag: next.toTag }))
          .toString()
          .split('\r\n\r\n')[0]
        const more = [...next.extras, `WWW-Authenticate: ${next.challenge}`, `Proxy-Authenticate: ${next.challenge}`]
        peer.send([head, ...more, '', ''].join('\r\n'), { host: '192.0.2.1', port: 5060 })
      })
      const ends: unknown[] = []
      const call = agent.invite({
        target: { user: '1', host: '192.0.2.9', port: 5060, transport: 'udp' },
        from: { user: '2' },
        to: { user: '1' },
        offer: 'v=0',
        credentials: { username: 'u', password: 'p' },
        ringTimeoutMs: 5000,
      })
      call.on('ended', (end) => ends.push(end))
      call.on('answered', () => offerAnyhow(call, 'v=0'))
      clock.after(hangUpMs, () => call.hangUp())
      await expectUnharmed()
      expect(ends).toHaveLength(1)
    }),
    { numRuns: 150 },
  )
}, 60_000)
