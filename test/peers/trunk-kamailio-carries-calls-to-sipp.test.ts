import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { TrunkStanding } from '../../src/domain/trunk/known-trunk.ts'
import { printLogOnFailure, startTestNode, type TestNode } from '../node/start-test-node.ts'
import { freePort } from '../sockets/ports.ts'
import { addTrunk, saveTrunk, untilStanding } from './callee/add-trunk.ts'
import { CallStories } from './callee/call-story.ts'
import { requestsOf } from './callee/sip-trace.ts'
import { startSippCallee } from './callee/sipp-callee.ts'
import { addToneVoice } from './callee/tone-voice.ts'
import { startKamailio } from './kamailio/start-kamailio.ts'
import { receive, respond, respondInDialog, scenario } from './sipp/scenario.ts'

const number = '13912345678'
const voice = { VoiceCode: 'short.wav', PlayTimes: 1 }
const answers = scenario(
  receive('INVITE'),
  respond('180 Ringing', { headers: ['[last_Record-Route:]'] }),
  respond('200 OK', { headers: ['[last_Record-Route:]'], withSdp: true, untilAck: true }),
  receive('ACK'),
  receive('BYE'),
  respondInDialog('200 OK'),
)
const account = { username: 'office', password: 'a secret of kamailio' } as const

let node: TestNode
let stories: CallStories
printLogOnFailure(() => node)
beforeAll(async () => {
  node = await startTestNode({ phones: 'off', sipTls: 'self-made', sipTlsPort: '0', sipTlsVerify: 'off' })
  stories = await CallStories.of(node)
  await addToneVoice(node, voice.VoiceCode, [{ frequencyHz: 620, durationMs: 400 }])
})
afterAll(() => node.close())
afterEach(async () => {
  for (const { name } of await node.trunks.trunks.list()) await node.trunks.trunks.remove(name)
})

it.each(['tcp', 'tls'] as const)(
  'a kamailio that answers 503 is passed over; one that registers us over %s, names the way calls have to take, asks who calls and stays in the way carries the call',
  async (transport) => {
    const phonePort = await freePort()
    const phone = await startSippCallee({ scenario: answers, calls: 1, port: phonePort, transport: 'udp' })
    onTestFinished(() => phone.stop())
    const [failing, carrier] = await Promise.all([
      startKamailio({ password: account.password, failsWith: 503 }),
      startKamailio({
        password: account.password,
        behind: { port: phonePort },
        demandsServiceRoute: true,
        challengesCalls: true,
      }),
    ])
    onTestFinished(async () => void (await Promise.all([failing.stop(), carrier.stop()])))

    const port = transport === 'tls' ? carrier.tlsPort : carrier.port
    await addTrunk(node, { name: 'failing', port: failing.port, priority: 1, restAfter: 3 })
    await addTrunk(node, {
      ...account,
      name: 'carrier',
      port,
      transport,
      registers: true,
      priority: 2,
      pingSeconds: 30,
    })
    const { report } = await stories.told(await node.client.playVoice(number, voice))
    expect(report).toMatchObject({ status_code: '200000' })
    expect(requestsOf(await phone.trace(), 'INVITE')).toHaveLength(1)
    const standing = (await node.trunks.trunkBoard.standings()).find(({ trunk }) => trunk === 'carrier')
    expect(standing).toMatchObject({ health: 'up', registration: 'registered' })
  },
)

it('a password that kamailio does not believe: the trunk is not registered, and takes no calls', async () => {
  const carrier = await startKamailio({ password: 'another one' })
  onTestFinished(() => carrier.stop())
  await saveTrunk(node, { ...account, name: 'stranger', port: carrier.port, registers: true })
  const isTold = ({ registration }: TrunkStanding) => registration?.startsWith('not registered') === true
  const { state, room } = await untilStanding(node, 'stranger', isTold)
  expect({ state, room }).toEqual({ state: 'unregistered', room: 0 })
})
