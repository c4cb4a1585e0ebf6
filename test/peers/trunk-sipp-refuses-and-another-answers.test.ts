import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { printLogOnFailure, startTestNode, type TestNode } from '../node/start-test-node.ts'
import { freePort } from '../sockets/ports.ts'
import { addTrunk, untilStanding } from './callee/add-trunk.ts'
import { CallStories } from './callee/call-story.ts'
import { requestsOf } from './callee/sip-trace.ts'
import { startSippCallee } from './callee/sipp-callee.ts'
import { addToneVoice } from './callee/tone-voice.ts'
import { receive, respond, respondInDialog, scenario } from './sipp/scenario.ts'

const number = '13912345678'
const voice = { VoiceCode: 'short.wav', PlayTimes: 1 }
const refuses = (status: string, headers: string[] = []) =>
  scenario(receive('INVITE'), respond(status, { headers, untilAck: true }), receive('ACK'))
const answers = scenario(
  receive('INVITE'),
  respond('180 Ringing'),
  respond('200 OK', { withSdp: true, untilAck: true }),
  receive('ACK'),
  receive('BYE'),
  respondInDialog('200 OK'),
)

let node: TestNode
let stories: CallStories
printLogOnFailure(() => node)
beforeAll(async () => {
  node = await startTestNode({ phones: 'off', sipT1Ms: '100' })
  stories = await CallStories.of(node)
  await addToneVoice(node, voice.VoiceCode, [{ frequencyHz: 620, durationMs: 400 }])
})
afterAll(() => node.close())
beforeEach(async () => {
  for (const { name } of await node.trunks.trunks.list()) await node.trunks.trunks.remove(name)
})

async function peer(text: string) {
  const port = await freePort()
  const callee = await startSippCallee({ scenario: text, calls: 1, port, transport: 'udp' })
  onTestFinished(() => callee.stop())
  return { port, callee, invites: async () => requestsOf(await callee.seen(), 'INVITE') }
}

it.each(['503 Service Unavailable', '403 Forbidden'])(
  'the first trunk says %s before anything rang: the second one rings, once, and the call is heard',
  async (status) => {
    const [first, second] = [await peer(refuses(status)), await peer(answers)]
    await addTrunk(node, { name: 'first', port: first.port, priority: 1 })
    await addTrunk(node, { name: 'second', port: second.port, priority: 2, calledForm: 'e164' })
    const callId = await node.client.playVoice(number, voice)
    const { report, states } = await stories.told(callId)
    expect(report).toMatchObject({ status_code: '200000' })
    expect(states).toEqual(['200101', '200201', '200102', '200100'])
    expect(await first.invites()).toHaveLength(1)
    const [invite, ...more] = await second.invites()
    expect(invite?.startLine).toContain('sip:+8613912345678@')
    expect(more).toEqual([])
  },
)

it('the callee is busy: nobody else is asked', async () => {
  const [first, second] = [await peer(refuses('486 Busy Here')), await peer(answers)]
  await addTrunk(node, { name: 'first', port: first.port, priority: 1 })
  await addTrunk(node, { name: 'second', port: second.port, priority: 2 })
  const { report } = await stories.told(await node.client.playVoice(number, voice))
  expect(report).toMatchObject({ status_code: '200002' })
  expect(await second.invites()).toEqual([])
})

it('the first trunk is silent: the second one rings; a phone that rings late after all is cancelled', async () => {
  const deaf = await deafNextHop()
  const second = await peer(answers)
  await addTrunk(node, { name: 'deaf', port: deaf.port, priority: 1, answerSeconds: 4 })
  await addTrunk(node, { name: 'second', port: second.port, priority: 2 })
  const callId = await node.client.playVoice(number, voice)
  const { report } = await stories.told(callId)
  expect(report).toMatchObject({ status_code: '200000' })
  expect(await second.invites()).toHaveLength(1)
  const asked = deaf.heard('INVITE').length
  deaf.say('180 Ringing')
  await expect.poll(() => deaf.heard('CANCEL').length).toBe(1)
  expect(deaf.heard('INVITE')).toHaveLength(asked)
  deaf.say('487 Request Terminated')
})

it('what no trunk may dial ends as restricted, and nothing is sent', async () => {
  const only = await peer(answers)
  await addTrunk(node, { name: 'only', port: only.port, destinations: ['15', '+852'] })
  const { report } = await stories.told(await node.client.playVoice(number, voice))
  expect(report).toMatchObject({ status_code: '200012', smart_status_code: 'OPERATOR_BLOCK' })
  expect(await only.invites()).toEqual([])
})

it('a trunk that asks to be left alone is, and its calls wait in the queue', async () => {
  const resting = await peer(refuses('503 Service Unavailable', ['Retry-After: 600']))
  await addTrunk(node, { name: 'resting', port: resting.port, restAfter: 3 })
  const { report } = await stories.told(await node.client.playVoice(number, voice))
  expect(report).toMatchObject({ status_code: '200005', smart_status_code: 'UNAVAILABLE' })
  await untilStanding(node, 'resting', ({ state }) => state === 'resting')
  const waiting = await node.client.playVoice('13912345679', voice)
  const second = await peer(answers)
  await addTrunk(node, { name: 'second', port: second.port })
  expect((await stories.told(waiting)).report).toMatchObject({ status_code: '200000' })
  expect(await resting.invites()).toHaveLength(1)
})

it('a call whose trunk is full waits for it, and neither is lost nor holds up the others', async () => {
  const deaf = await deafNextHop()
  await addTrunk(node, { name: 'full', port: deaf.port, channels: 1, destinations: ['139'], answerSeconds: 32 })
  await node.client.playVoice('13912345670', voice)
  await untilStanding(node, 'full', ({ state }) => state === 'channels')
  const waiting = await node.client.playVoice('13912345671', voice)

  const other = await peer(answers)
  await addTrunk(node, { name: 'other', port: other.port, destinations: ['138'] })
  const passing = await node.client.playVoice('13812345672', voice)
  expect((await stories.told(passing)).report).toMatchObject({ status_code: '200000' })
  expect(deaf.heard('INVITE').filter((invite) => invite.includes('13912345671'))).toEqual([])

  const free = await peer(answers)
  await addTrunk(node, { name: 'free', port: free.port, destinations: ['139'] })
  expect((await stories.told(waiting)).report).toMatchObject({ status_code: '200000' })
  expect(await free.invites()).toHaveLength(1)
})

/** A next hop that hears and says nothing until it is told to. */
async function deafNextHop() {
  const socket: Socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  const messages: string[] = []
  let caller: { address: string; port: number } | undefined
  socket.on('message', (bytes, { address, port }) => {
    caller = { address, port }
    messages.push(bytes.toString('utf8'))
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port }: AddressInfo = socket.address()
  return {
    port,
    heard: (method: string) => messages.filter((message) => message.startsWith(`${method} `)),
    say(status: string) {
      const invite = messages.find((message) => message.startsWith('INVITE ')) ?? ''
      const copied = invite.split('\r\n').filter((line) => /^(?:via|from|call-id|cseq):/i.test(line))
      const to = invite.split('\r\n').find((line) => /^to:/i.test(line)) ?? ''
      const answer = [`SIP/2.0 ${status}`, ...copied, `${to};tag=late`, 'Content-Length: 0', '', ''].join('\r\n')
      socket.send(answer, caller?.port, caller?.address)
    },
  }
}
