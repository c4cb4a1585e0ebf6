import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleOffer } from '../../fakes/fake-incoming-call.ts'
import { PhoneBench } from '../../fakes/phone-bench.ts'
import { parseScript } from './parse-script.ts'

const number = '13912345678'
let bench: PhoneBench

beforeEach(async () => {
  bench = await PhoneBench.open({ canSpeak: true })
})

afterEach(() => bench.close())

const script = (json: unknown) => bench.phones.setScript(number, parseScript(json))

describe('the line', () => {
  it('hears keys from RTP and from INFO', async () => {
    await script([{ answer: true }])
    const call = await bench.answered(number)
    bench.media.session.emit('digit', '5', 120)
    call.emit('info', 'application/dtmf-relay', 'Signal=#\r\nDuration=160\r\n')
    call.emit('info', 'application/dtmf', '7')
    call.emit('info', 'text/plain', 'Signal=9')
    expect(bench.last(number).keysHeard).toBe('5#7')
    expect(bench.last(number).timeline).toContainEqual(
      expect.objectContaining({ kind: 'keyHeard', key: '5', by: 'rtp', durationMs: 120 }),
    )
  })

  it('makes the offer when the caller made none', async () => {
    await script([{ answer: true }])
    const call = bench.sip.ring(number, { offer: undefined })
    await bench.until(() => call.acts.includes('200 sdp'))
    expect(call.lastDescription).toContain('m=audio 30000 RTP/AVP 8 0 101')
    expect(bench.media.session.connects).toHaveLength(0)
    call.acknowledge(sampleOffer)
    await bench.until(() => bench.last(number).state === 'answered')
    expect(bench.media.session.connects).toMatchObject([{ host: '127.0.0.1', port: 40_000, codec: 'PCMA' }])
  })

  it('answers a hold and says so', async () => {
    await script([{ answer: true }])
    const call = await bench.answered(number)
    const answers: unknown[] = []
    call.emit('offer', sampleOffer.replace('sendrecv', 'sendonly'), (answer) => answers.push(answer))
    await bench.until(() => answers.length === 1)
    expect(answers[0]).toMatchObject({ description: expect.stringContaining('a=recvonly') })
    expect(bench.media.session.connects.at(-1)).toMatchObject({ direction: 'recvonly' })
    expect(bench.last(number).timeline).toContainEqual(
      expect.objectContaining({ kind: 'changed', direction: 'recvonly' }),
    )
  })

  it('refuses an offer without audio it knows: 488', async () => {
    await script([{ answer: true }])
    const call = bench.sip.ring(number, { offer: sampleOffer.replace('8 0 101', '18').replace(/a=rtpmap.*\r\n/g, '') })
    await bench.ended(number)
    expect(call.acts).toEqual(['488'])
  })

  it('is busy while it is in a call, unless the script says otherwise', async () => {
    await script([{ answer: true }])
    const first = await bench.answered(number)
    const second = bench.sip.ring(number)
    expect(second.acts).toEqual(['486'])
    expect(second.headers).toEqual(['Reason: Q.850;cause=17'])
    expect(bench.last(number)).toMatchObject({ behaviour: 'busy' })
    expect(bench.sip.ring('13900000000').acts).not.toContain('486')
    await script({ steps: [{ answer: true }], whenBusy: 'answer' })
    const third = bench.sip.ring(number)
    await bench.until(() => third.acts.includes('200 sdp'))
    first.bye()
    third.cancel()
    await bench.ended(number)
    expect(bench.sip.ring(number).acts).not.toContain('486')
  })

  it('refuses numbers that no phone has', () => {
    const call = bench.sip.ring('alice')
    expect(call.acts).toEqual(['404'])
    expect(bench.phones.list()).toEqual([])
  })

  it('tells what kept it from its script, and ends the call', async () => {
    bench.media.isAvailable = false
    await script([{ answer: true }])
    const call = bench.sip.ring(number)
    expect(await bench.ended(number)).toMatchObject({ problem: 'no port is free' })
    expect(call.acts).toEqual(['480'])
    expect(call.hangUpCause).toMatchObject({ q850: 41 })
  })

  it('ends the call when the media process dies', async () => {
    await script([{ answer: true }])
    const call = await bench.answered(number)
    bench.media.session.emit('lost')
    expect(await bench.ended(number)).toMatchObject({ problem: 'the media process ended' })
    expect(call.acts).toContain('BYE')
    expect(bench.last(number).heardMs).toBeUndefined()
  })

  it('gives up on a caller that vanished', async () => {
    await script([{ answer: true }])
    const call = await bench.answered(number)
    await bench.clock.advance(3_600_000)
    expect(call.acts).toContain('BYE')
    await bench.ended(number)
  })

  it('carries the CallId of our trunk', async () => {
    bench.sip.ring('13900000002', { callId: '123456789012.210987654321-ab12@127.0.0.1' })
    expect(bench.last('13900000002')).toMatchObject({
      callId: '123456789012^210987654321',
      sipCallId: '123456789012.210987654321-ab12@127.0.0.1',
    })
    bench.sip.ring('13900000004', { callId: 'ab12@127.0.0.1' })
    expect(bench.last('13900000004').callId).toBeUndefined()
  })
})
