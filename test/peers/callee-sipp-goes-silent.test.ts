import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { requestsOf } from './callee/sip-trace.ts'
import { SippNode, shortVoice } from './callee/sipp-node.ts'
import { receive, respond, respondInDialog, scenario } from './sipp/scenario.ts'

/** A silent far end is given up after 64·T1 (RFC 3261 §17.1.1.2): here after 1.6 s instead of 32. */
const impatient = { sipT1Ms: '25', ringSeconds: '1' }
const number = '13912345678'
const voice = { VoiceCode: shortVoice.code, PlayTimes: 1 }

describe('over udp', () => {
  const trunk = new SippNode(impatient)

  it('nothing answers: one INVITE is repeated, and the call ends as not reachable', async () => {
    const arrived: string[] = []
    const deaf = createSocket('udp4').on('message', (message) => arrived.push(message.toString('utf8')))
    onTestFinished(() => void deaf.close())
    deaf.bind(trunk.port, '127.0.0.1')
    await once(deaf, 'listening')
    const callId = await trunk.node.client.playVoice(number, voice)
    const { detail, report, states } = await trunk.stories.told(callId)
    expect(detail).toMatchObject({ state: '408', duration: 0, bRingTime: '' })
    expect(report).toMatchObject({ status_code: '200005', smart_status_code: 'UNAVAILABLE', duration: '0' })
    expect(states).toEqual(['200101', '200100'])
    expect(arrived.length).toBeGreaterThan(1)
    expect(new Set(arrived).size).toBe(1)
    expect(arrived[0]).toMatch(/^INVITE /)
  })

  it('sipp tries, then forgets the call: it is cancelled, and ends although its INVITE never does', async () => {
    const steps = [receive('INVITE'), respond('100 Trying'), receive('CANCEL'), respondInDialog('200 OK')]
    const { detail, report, states, trace } = await trunk.callOnce(scenario(...steps))
    expect(detail).toMatchObject({ state: '200003', duration: 0, bRingTime: '' })
    expect(report).toMatchObject({ status_code: '200003', smart_status_code: 'NO_ANSWER', duration: '0' })
    expect(states).toEqual(['200101', '200100'])
    expect(new Set(requestsOf(trace, 'INVITE').map((invite) => invite.header('Via'))).size).toBe(1)
  })

  it('sipp answers and is gone: the voice is played to nobody, and the call ends as played', async () => {
    const steps = [receive('INVITE'), respond('200 OK', { withSdp: true, untilAck: true }), receive('ACK')]
    const { report, states } = await trunk.callOnce(scenario(...steps))
    expect(report).toMatchObject({ status_code: '200000', hangup_direction: '机器' })
    expect(states).toEqual(['200101', '200102', '200100'])
  })
})

describe('over tcp', () => {
  const trunk = new SippNode({ ...impatient, trunkTransport: 'tcp' })

  it('nobody listens: the call ends as not reachable, and the next one goes through', async () => {
    const callId = await trunk.node.client.playVoice(number, voice)
    const { detail, report, states } = await trunk.stories.told(callId)
    expect(detail).toMatchObject({ duration: 0, bRingTime: '' })
    expect(report).toMatchObject({ status_code: '200005', smart_status_code: 'UNAVAILABLE', duration: '0' })
    expect(states).toEqual(['200101', '200100'])

    const answers = [receive('INVITE'), respond('200 OK', { withSdp: true, untilAck: true }), receive('ACK')]
    const next = await trunk.callOnce(scenario(...answers, receive('BYE'), respondInDialog('200 OK')))
    expect(next.report).toMatchObject({ status_code: '200000' })
  })
})
