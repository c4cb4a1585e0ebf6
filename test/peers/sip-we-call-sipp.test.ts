import { afterEach, describe, expect, test } from 'vitest'
import { readAudio } from '../../src/sip/sdp/audio.ts'
import type { OutgoingCall, SipCallEnd, SipUserAgent } from '../../src/sip/user-agent.types.ts'
import { call, endOf, eventsOf, startOurEnd } from './sipp/our-end.ts'
import { type Sipp, type SippOptions, startSipp } from './sipp/run-sipp.ts'
import {
  calleeBye,
  expectStatus,
  pause,
  receive,
  rememberParties,
  requireHeader,
  respond,
  respondInDialog,
  scenario,
  verifyDigest,
} from './sipp/scenario.ts'

const open: { agents: SipUserAgent[]; peers: Sipp[] } = { agents: [], peers: [] }

afterEach(async () => {
  for (const agent of open.agents.splice(0)) await agent.close()
  for (const peer of open.peers.splice(0)) await peer.stop()
})

/** How our call ended, once sipp is content too; fails as soon as sipp does. */
async function endOfBoth(out: OutgoingCall, sipp: Sipp): Promise<SipCallEnd> {
  const [end] = await Promise.all([endOf(out), sipp.finished()])
  return end
}

/** Our end, and sipp as the phone that it calls. */
async function withSipp(options: SippOptions, t1Ms?: number) {
  const agent = await startOurEnd(t1Ms)
  open.agents.push(agent)
  const sipp = await startSipp(options)
  open.peers.push(sipp)
  return { agent, sipp }
}

const answered = [
  receive('INVITE'),
  respond('180 Ringing'),
  respond('200 OK', { withSdp: true, untilAck: true }),
  receive('ACK'),
]
const challenge = 'Digest realm="carrier.example", nonce="47ebe028cda119c35d4877b383027d28", algorithm=MD5, qop="auth"'
const hungUpByUs = [receive('BYE'), respondInDialog('200 OK')]

describe.each(['udp', 'tcp'] as const)('over %s', (transport) => {
  test('sipp answers, and we hang up', async () => {
    const { agent, sipp } = await withSipp({ scenario: scenario(...answered, ...hungUpByUs), calls: 1, transport })
    const out = call(agent, sipp.port, { target: { user: '1', host: '127.0.0.1', port: sipp.port, transport } })
    const events = eventsOf(out)
    out.on('answered', () => out.hangUp({ q850: 16, text: 'done' }))
    expect(await endOfBoth(out, sipp)).toEqual({ kind: 'bye', by: 'here' })
    expect(readAudio(out.remoteDescription ?? '')).toMatchObject({ host: '127.0.0.1', port: 6000, codec: 'PCMA' })
    expect(events).toEqual(['progress 180', 'answered with SDP', 'ended bye'])
  })

  test('sipp answers, and hangs up soon after', async () => {
    const steps = [
      receive('INVITE', rememberParties),
      respond('200 OK', { withSdp: true, untilAck: true }),
      receive('ACK'),
      pause(200),
      calleeBye(),
      expectStatus(200),
    ]
    const { agent, sipp } = await withSipp({ scenario: scenario(...steps), calls: 1, transport })
    const out = call(agent, sipp.port, { target: { user: '1', host: '127.0.0.1', port: sipp.port, transport } })
    expect(await endOfBoth(out, sipp)).toEqual({ kind: 'bye', by: 'there', q850: 16 })
  })
})

test('sipp is busy, with its reason', async () => {
  const busy = respond('486 Busy Here', { headers: ['Reason: Q.850;cause=17;text="User busy"'], untilAck: true })
  const { agent, sipp } = await withSipp({ scenario: scenario(receive('INVITE'), busy, receive('ACK')), calls: 1 })
  const end = await endOfBoth(call(agent, sipp.port), sipp)
  const q850 = { q850: 17, q850Text: 'User busy' }
  expect(end).toEqual({ kind: 'refused', status: 486, reason: 'Busy Here', ...q850, local: false })
})

test('sipp rings and never answers: we cancel', async () => {
  const steps = [
    receive('INVITE'),
    respond('180 Ringing'),
    receive('CANCEL'),
    respondInDialog('200 OK'),
    `<send retrans="500"><![CDATA[
SIP/2.0 487 Request Terminated
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag[call_number]
[last_Call-ID:]
CSeq: 1 INVITE
Content-Length: 0

]]></send>`,
    receive('ACK'),
  ]
  const { agent, sipp } = await withSipp({ scenario: scenario(...steps), calls: 1 })
  const out = call(agent, sipp.port, { ringTimeoutMs: 1500 })
  const events = eventsOf(out)
  expect(await endOfBoth(out, sipp)).toEqual({ kind: 'ringTimeout' })
  expect(events).toEqual(['progress 180', 'ended ringTimeout'])
})

test('sipp plays an announcement before it refuses', async () => {
  const steps = [
    receive('INVITE'),
    respond('183 Session Progress', { withSdp: true }),
    pause(100),
    respond('480 Temporarily Unavailable', { headers: ['Reason: Q.850;cause=20'], untilAck: true }),
    receive('ACK'),
  ]
  const { agent, sipp } = await withSipp({ scenario: scenario(...steps), calls: 1 })
  const out = call(agent, sipp.port)
  const events = eventsOf(out)
  expect(await endOfBoth(out, sipp)).toMatchObject({ kind: 'refused', status: 480, q850: 20 })
  expect(events).toEqual(['progress 183 with SDP', 'ended refused'])
})

test.each([
  ['the right password is let in', 'secret', { kind: 'bye', by: 'here' }],
  ['a wrong one is not', 'other', { kind: 'refused', status: 403 }],
])('sipp asks who calls and checks the digest: %s', async (_, password, expected) => {
  const steps = [
    receive('INVITE'),
    respond('401 Unauthorized', { headers: [`WWW-Authenticate: ${challenge}`], untilAck: true }),
    receive('ACK'),
    receive('INVITE', verifyDigest('trunk', 'secret')),
    '<nop hide="true" test="authorized" next="1"/>',
    respond('403 Forbidden', { untilAck: true }),
    '<recv request="ACK" next="2"/>',
    '<label id="1"/>',
    respond('200 OK', { withSdp: true, untilAck: true }),
    receive('ACK'),
    ...hungUpByUs,
    '<label id="2"/>',
  ]
  const { agent, sipp } = await withSipp({ scenario: scenario(...steps), calls: 1 })
  const out = call(agent, sipp.port, { credentials: { username: 'trunk', password } })
  out.on('answered', () => out.hangUp())
  expect(await endOfBoth(out, sipp)).toMatchObject(expected)
})

test('sipp asks as a proxy does, and gets Proxy-Authorization', async () => {
  const steps = [
    receive('INVITE'),
    respond('407 Proxy Authentication Required', { headers: [`Proxy-Authenticate: ${challenge}`], untilAck: true }),
    receive('ACK'),
    receive(
      'INVITE',
      requireHeader('Proxy-Authorization', 'Digest username=.trunk., realm=.carrier.example., .*nc=00000001'),
    ),
    respond('200 OK', { withSdp: true, untilAck: true }),
    receive('ACK'),
    ...hungUpByUs,
  ]
  const { agent, sipp } = await withSipp({ scenario: scenario(...steps), calls: 1 })
  const out = call(agent, sipp.port, { credentials: { username: 'trunk', password: 'secret' } })
  out.on('answered', () => out.hangUp())
  expect(await endOfBoth(out, sipp)).toEqual({ kind: 'bye', by: 'here' })
})

test('calls come through when sipp loses 30 % of what it sends and receives', async () => {
  const calls = 60
  // Left to itself sipp gives a call up when an INVITE that it had answered comes again; and it may count one twice.
  const more = ['-lost', '30', '-default_behaviors', 'none']
  const { agent, sipp } = await withSipp({ scenario: 'uas', calls: 10_000, more }, 200)
  const ends: string[] = []
  const all = Array.from({ length: calls }, async () => {
    const out = call(agent, sipp.port)
    out.on('ended', ({ kind }) => ends.push(kind))
    out.on('answered', () => out.hangUp())
    return endOf(out)
  })
  await Promise.all(all)
  expect(ends).toHaveLength(calls)
  // Seven INVITEs in a row get lost once in 4,500 calls.
  expect(ends.filter((kind) => kind === 'bye').length).toBeGreaterThanOrEqual(calls - 2)
})
