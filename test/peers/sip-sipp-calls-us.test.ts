import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { DigestVerifier } from '../../src/sip/digest/digest-verifier.ts'
import { answerAudio } from '../../src/sip/sdp/audio.ts'
import type { IncomingCall, SipUserAgent } from '../../src/sip/user-agent.types.ts'
import { endOf, portOf, startOurEnd } from './sipp/our-end.ts'
import { type Sipp, type SippOptions, startSipp } from './sipp/run-sipp.ts'
import { expectStatus, pause, request, scenario } from './sipp/scenario.ts'

const open: { agents: SipUserAgent[]; peers: Sipp[] } = { agents: [], peers: [] }

afterEach(async () => {
  for (const agent of open.agents.splice(0)) await agent.close()
  for (const peer of open.peers.splice(0)) await peer.stop()
})

/** Our end as the phone, and sipp calling it; each call that comes in is handed to `take`. */
async function sippCalls(take: (call: IncomingCall) => void, options: Omit<SippOptions, 'target'>) {
  const agent = await startOurEnd()
  open.agents.push(agent)
  const taken: IncomingCall[] = []
  agent.on('call', (call) => {
    taken.push(call)
    take(call)
  })
  const sipp = await startSipp({ ...options, target: { port: portOf(agent, options.transport) } })
  open.peers.push(sipp)
  return { agent, sipp, taken }
}

function pickUp(call: IncomingCall): void {
  call.ring()
  call.accept(answerAudio(call.remoteDescription ?? '', { host: '127.0.0.1', port: 30_000 }).answer)
}

test.each(['udp', 'tcp'] as const)('sipp calls over %s twenty times, talks and hangs up', async (transport) => {
  const ends: string[] = []
  const take = (call: IncomingCall) => {
    call.on('ended', (end) => ends.push(JSON.stringify(end)))
    pickUp(call)
  }
  const { sipp, taken } = await sippCalls(take, {
    scenario: 'uac',
    calls: 20,
    transport,
    more: ['-r', '50', '-d', '100'],
  })
  await sipp.finished()
  expect(taken).toHaveLength(20)
  expect(ends).toEqual(Array(20).fill('{"kind":"bye","by":"there"}'))
  expect(taken[0]?.request).toMatchObject({ uriUser: '13800000000', fromUser: 'sipp', source: { transport } })
})

test('we hang up on sipp', async () => {
  const steps = [
    request('INVITE', 1, { withSdp: true }),
    expectStatus(100, { optional: true }),
    expectStatus(180, { optional: true }),
    '<recv response="200" rrs="true"></recv>',
    request('ACK', 1, { inDialog: true }),
    '<recv request="BYE"></recv>',
    `<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>`,
  ]
  const take = (call: IncomingCall) => {
    call.on('answered', () => call.hangUp())
    pickUp(call)
  }
  const { sipp } = await sippCalls(take, { scenario: scenario(...steps), calls: 1 })
  await sipp.finished()
})

test('sipp gives up while we ring', async () => {
  const steps = [
    request('INVITE', 1, { withSdp: true }),
    expectStatus(100, { optional: true }),
    expectStatus(180),
    pause(100),
    request('CANCEL', 1, { branchOf: 4 }),
    expectStatus(200),
    expectStatus(487),
    request('ACK', 1, { inDialog: true, branchOf: 7 }),
  ]
  const ends: Promise<unknown>[] = []
  const take = (call: IncomingCall) => {
    ends.push(endOf(call))
    call.ring()
  }
  const { sipp } = await sippCalls(take, { scenario: scenario(...steps), calls: 1 })
  await sipp.finished()
  expect(await Promise.all(ends)).toEqual([{ kind: 'cancelled', by: 'there' }])
})

test.each([
  ['the right password', 'secret', [401, 200]],
  ['a wrong one', 'other', [401, 403]],
])('sipp proves who it is with %s', async (_, password, expected) => {
  const verifier = new DigestVerifier({ realm: 'phones', clock: systemClock, algorithms: ['MD5'] })
  const given: number[] = []
  const take = (call: IncomingCall) => {
    const user = { username: 'sipp', password: 'secret' }
    const verdict = verifier.verify(call.header('Authorization'), 'INVITE', user)
    given.push(verdict === 'accepted' ? 200 : verdict === 'wrong' ? 403 : 401)
    if (verdict === 'accepted') pickUp(call)
    else if (verdict === 'wrong') call.reject(403)
    else
      call.reject(
        401,
        undefined,
        verifier.challenges(verdict).map((value) => ['WWW-Authenticate', value]),
      )
  }
  const last = expected[1] ?? 0
  const closing =
    last === 200
      ? [request('ACK', 2, { inDialog: true }), request('BYE', 3, { inDialog: true }), expectStatus(200)]
      : [request('ACK', 2, { inDialog: true })]
  const steps = [
    request('INVITE', 1, { withSdp: true }),
    expectStatus(100, { optional: true }),
    expectStatus(401, { auth: true }),
    request('ACK', 1, { inDialog: true }),
    request('INVITE', 2, { withSdp: true, headers: [`[authentication username=sipp password=${password}]`] }),
    expectStatus(100, { optional: true }),
    expectStatus(180, { optional: true }),
    `<recv response="${last}" rrs="true"></recv>`,
    ...closing,
  ]
  const { sipp } = await sippCalls(take, { scenario: scenario(...steps), calls: 1 })
  await sipp.finished()
  expect(given).toEqual(expected)
})
