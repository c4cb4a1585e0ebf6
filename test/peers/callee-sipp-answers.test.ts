import { describe, expect, it } from 'vitest'
import { freePort } from '../sockets/ports.ts'
import { requestsOf } from './callee/sip-trace.ts'
import { SippNode, shortVoice } from './callee/sipp-node.ts'
import {
  calleeBye,
  expectStatus,
  pause,
  receive,
  rememberParties,
  respond,
  respondInDialog,
  scenario,
} from './sipp/scenario.ts'

const answers = [
  receive('INVITE'),
  respond('180 Ringing'),
  respond('200 OK', { withSdp: true, untilAck: true }),
  receive('ACK'),
]
const isHungUp = [receive('BYE'), respondInDialog('200 OK')]
const heard = { status_code: '200000', smart_status_code: 'ANSWERED', hangup_direction: '机器' }

describe.each(['udp', 'tcp'] as const)('over %s', (trunkTransport) => {
  const trunk = new SippNode({ trunkTransport })

  it('sipp answers, and is hung up when the voice was played', async () => {
    const { detail, report, states, trace } = await trunk.callOnce(scenario(...answers, ...isHungUp))
    expect(detail.state).toBe('200000')
    expect(detail.duration).toBeGreaterThanOrEqual(1)
    expect(report).toMatchObject({ ...heard, duration: String(detail.duration) })
    expect(states).toEqual(['200101', '200201', '200102', '200100'])
    for (const method of ['INVITE', 'ACK', 'BYE']) expect(requestsOf(trace, method)).toHaveLength(1)
  })

  it('sipp hangs up after a second, in the middle of the voice', async () => {
    const steps = [
      receive('INVITE', rememberParties),
      respond('200 OK', { withSdp: true, untilAck: true }),
      receive('ACK'),
      pause(1000),
      calleeBye(),
      expectStatus(200),
    ]
    const callee = await trunk.callee({ scenario: scenario(...steps), calls: 1 })
    const callId = await trunk.node.client.playVoice('13912345678', { VoiceCode: shortVoice.code, PlayTimes: 3 })
    const { detail, report, states } = await trunk.stories.told(callId)
    const trace = await callee.trace()
    expect(detail.state).toBe('200001')
    expect(detail.duration).toBeGreaterThanOrEqual(1)
    expect(report).toMatchObject({
      status_code: '200001',
      smart_status_code: 'ANSWERED',
      hangup_direction: '用户',
      duration: String(detail.duration),
    })
    expect(states).toEqual(['200101', '200102', '200100'])
    expect(requestsOf(trace, 'BYE')).toHaveLength(0)
  })
})

describe('over udp', () => {
  const trunk = new SippNode()

  it('sipp echoes the voice, and the node takes every packet of it for the callee’s', async () => {
    const { callId, report } = await trunk.callOnce(scenario(...answers, ...isHungUp), {
      mediaPort: await freePort(),
      more: ['-rtp_echo'],
    })
    expect(report).toMatchObject(heard)
    const closed = trunk.node.log
      .fieldsOf('leg closed')
      .find((fields) => 'callId' in fields && fields.callId === callId)
    expect(closed).toMatchObject({ rtp: { packetsLost: 0, packetsForeign: 0 } })
    const { sent, received } = rtpCounts(closed)
    expect(sent).toBeGreaterThanOrEqual(shortVoice.durationMs / 20)
    // The last packets may be on their way when the line is hung up.
    expect(received).toBeGreaterThanOrEqual(sent - 3)
  })

  it('two phones answer: the first one hears the voice, the second is hung up at once, nobody is dialled again', async () => {
    const steps = [
      receive('INVITE', rememberInvite),
      answerAs('first'),
      receive('ACK'),
      answerAs('second'),
      receive('ACK'),
    ]
    const { report, states, trace } = await trunk.callOnce(scenario(...steps, ...isHungUp, ...isHungUp))
    expect(report).toMatchObject(heard)
    expect(states).toEqual(['200101', '200102', '200100'])
    expect(requestsOf(trace, 'INVITE')).toHaveLength(1)
    const phonesOf = (method: string) =>
      requestsOf(trace, method).map((request) => /tag=(\w+)/.exec(request.header('To'))?.[1])
    expect(phonesOf('ACK')).toEqual(['first', 'second'])
    expect(phonesOf('BYE')).toEqual(['second', 'first'])
  })
})

const rememberInvite = [
  '<action>',
  '<ereg regexp=".*" search_in="hdr" header="Via:" assign_to="via"/>',
  '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>',
  '</action>',
].join('')

/** A 200 to the remembered INVITE, from the phone of that name. */
function answerAs(phone: string): string {
  return respond('200 OK', { withSdp: true })
    .replace('[last_Via:]', 'Via: [$via]')
    .replace(/\[last_To:\].*/, `To: [$to];tag=${phone}`)
    .replace('[last_CSeq:]', 'CSeq: 1 INVITE')
}

/** Packets of a closed leg. */
function rtpCounts(closed: object | undefined): { sent: number; received: number } {
  const rtp: unknown = closed !== undefined && 'rtp' in closed ? closed.rtp : undefined
  if (typeof rtp !== 'object' || rtp === null || !('packetsSent' in rtp) || !('packetsReceived' in rtp)) {
    throw new Error('the leg was closed without statistics')
  }
  return { sent: Number(rtp.packetsSent), received: Number(rtp.packetsReceived) }
}
