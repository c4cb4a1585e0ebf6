import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { answerAudio, audioOffer } from '../../src/sip/sdp/audio.ts'
import type { IncomingCall, OutgoingCall, SipTransportName } from '../../src/sip/user-agent.types.ts'
import { freePort } from '../sockets/ports.ts'
import { type RegisteringEnd, startRegisteringEnd, targetAt } from './kamailio/registering-end.ts'
import { type Kamailio, startKamailio } from './kamailio/start-kamailio.ts'
import { endOf } from './sipp/our-end.ts'
import { type Sipp, type SippOptions, startSipp } from './sipp/run-sipp.ts'
import {
  expectStatus,
  pause,
  receive,
  rememberParties,
  request,
  respond,
  respondInDialog,
  scenario,
} from './sipp/scenario.ts'

const password = 'correct horse'
const number = '057128880000'
const domain = 'carrier.example'

let kamailio: Kamailio
let behind: number
const open: { ends: RegisteringEnd[]; peers: Sipp[] } = { ends: [], peers: [] }

beforeAll(async () => {
  behind = await freePort()
  kamailio = await startKamailio({ password, behind: { port: behind }, challengesCalls: true })
})

afterEach(async () => {
  for (const peer of open.peers.splice(0)) await peer.stop()
  for (const { agent } of open.ends.splice(0)) await agent.close()
})

afterAll(() => kamailio?.stop())

async function startEnd(): Promise<RegisteringEnd> {
  const end = await startRegisteringEnd(kamailio)
  open.ends.push(end)
  return end
}

async function startPeer(options: Omit<SippOptions, 'calls'>): Promise<Sipp> {
  const peer = await startSipp({ calls: 1, ...options })
  open.peers.push(peer)
  return peer
}

function register({ agent }: RegisteringEnd, transport: SipTransportName) {
  return agent.register({
    targets: async () => [targetAt(kamailio, transport)],
    user: number,
    domain,
    credentials: { username: number, password },
  })
}

/** Calls the phone behind kamailio. */
function callBehind({ agent }: RegisteringEnd, transport: SipTransportName): OutgoingCall {
  return agent.invite({
    target: targetAt(kamailio, transport, '13800000000'),
    from: { user: number, host: domain },
    to: { user: '13800000000' },
    offer: audioOffer({ host: '127.0.0.1', port: 30_000 }),
    credentials: { username: number, password },
    ringTimeoutMs: 30_000,
  })
}

const answered = (remember = '') => [
  receive('INVITE', remember),
  respond('180 Ringing', { headers: ['[last_Record-Route:]'] }),
  respond('200 OK', { headers: ['[last_Record-Route:]'], withSdp: true, untilAck: true }),
  receive('ACK'),
]

/** A BYE of the callee along the route set; `calleeBye` leaves routes out. */
const calleeByeByRoute = `<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: [$to]
To: [$from]
[last_Call-ID:]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>`

describe.each(['udp', 'tcp', 'tls'] as const)('over %s', (transport) => {
  test('kamailio registers us by digest, takes the refresh without a new challenge, and lets us go', async () => {
    const end = await startEnd()
    const registration = register(end, transport)
    const [accepted] = await once(registration, 'registered')
    // kamailio grants no more than its max_expires.
    expect(accepted).toMatchObject({ expiresSeconds: 600, target: targetAt(kamailio, transport) })
    const refreshed = once(registration, 'registered')
    await end.clock.advance(480_000)
    await refreshed
    await registration.close()
    expect(end.messages).toEqual([
      ...['> REGISTER', '< 401 Unauthorized', '> REGISTER', '< 200 OK'],
      ...['> REGISTER', '< 200 OK', '> REGISTER', '< 200 OK'],
    ])
    expect(end.texts.filter((text) => text.includes('nc=')).map((text) => /nc=(\d+)/.exec(text)?.[1])).toEqual([
      '00000001',
      '00000002',
      '00000003',
    ])
    expect(end.texts.at(-1)).not.toMatch(/^Contact:/m)
  })

  test('a call through kamailio is answered behind it, and our BYE goes by the route', async () => {
    const end = await startEnd()
    const steps = [...answered(), receive('BYE'), respondInDialog('200 OK')]
    const sipp = await startPeer({ scenario: scenario(...steps), port: behind })
    const call = callBehind(end, transport)
    call.on('answered', () => call.hangUp())
    const [ended] = await Promise.all([endOf(call), sipp.finished()])
    expect(ended).toEqual({ kind: 'bye', by: 'here' })
    expect(end.messages).toContain('< 407 Proxy Authentication Required')
    const bye = end.texts.find((text) => text.startsWith('BYE'))
    expect(bye).toMatch(/^BYE sip:127\.0\.0\.1:\d+;transport=UDP /i)
    expect(bye).toMatch(/^Route: <sip:127\.0\.0\.1/m)
  })

  test('a BYE from behind reaches us by the route', async () => {
    const end = await startEnd()
    const steps = [...answered(rememberParties), pause(100), calleeByeByRoute, expectStatus(200)]
    const sipp = await startPeer({ scenario: scenario(...steps), port: behind })
    const [ended] = await Promise.all([endOf(callBehind(end, transport)), sipp.finished()])
    expect(ended).toEqual({ kind: 'bye', by: 'there' })
  })

  test.each(['there', 'here'] as const)(
    'a call from behind finds us where we registered, and is hung up %s',
    async (by) => {
      const end = await startEnd()
      const registration = register(end, transport)
      await once(registration, 'registered')
      const taken: IncomingCall[] = []
      end.agent.on('call', (call) => {
        taken.push(call)
        if (by === 'here') call.on('answered', () => call.hangUp())
        call.accept(answerAudio(call.remoteDescription ?? '', { host: '127.0.0.1', port: 30_000 }).answer)
      })
      const ending =
        by === 'here'
          ? [receive('BYE'), respondInDialog('200 OK')]
          : [request('BYE', 2, { inDialog: true, headers: ['[routes]'] }), expectStatus(200)]
      const steps = [
        request('INVITE', 1, { withSdp: true }),
        expectStatus(100, { optional: true }),
        '<recv response="200" rrs="true"></recv>',
        request('ACK', 1, { inDialog: true, headers: ['[routes]'] }),
        ...ending,
      ]
      const sipp = await startPeer({ scenario: scenario(...steps), target: { port: kamailio.port, user: number } })
      await sipp.finished()
      expect(taken.map(({ request: { uriUser, source } }) => [uriUser, source.transport])).toEqual([
        [number, transport],
      ])
      const byes = end.messages.filter((message) => message.endsWith('BYE'))
      expect(byes).toEqual([by === 'here' ? '> BYE' : '< BYE'])
    },
  )
})
