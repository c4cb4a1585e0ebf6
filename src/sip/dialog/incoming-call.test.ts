import { describe, expect, test } from 'vitest'
import { answer, expectNothingLeft, firstOf, news, pair } from '../../../fakes/sip-pair.ts'

describe('an incoming call', () => {
  test('says who calls whom, from where', async () => {
    const { clock, incoming, invite } = await pair()
    const out = invite({ headers: [['X-Call', 'a b']], callIdPrefix: '116012854210^10281427' })
    await clock.advance(0)
    const call = firstOf(incoming)
    expect(call.request).toEqual({
      uriUser: '13800000000',
      fromUser: '057128880000',
      fromDisplayName: 'Clinic "East"',
      toUser: '13800000000',
      source: { transport: 'udp', host: '192.0.2.1', port: 5060 },
    })
    expect(call.header('x-CALL')).toBe('a b')
    expect(call.callId).toBe(out.callId)
    expect(call.callId).toMatch(/^116012854210\.10281427-/)
  })

  test('without a listener is refused with 480', async () => {
    const { clock, caller, callee, invite } = await pair()
    callee.removeAllListeners('call')
    const told = news(invite())
    await clock.advance(0)
    expect(told).toEqual(['ended {"kind":"refused","status":480,"reason":"Temporarily Unavailable","local":false}'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('whose handler fails is refused with 500, and others go on', async () => {
    const { clock, caller, callee, invite } = await pair()
    callee.prependListener('call', () => {
      throw new Error('a bug')
    })
    const told = news(invite())
    await clock.advance(0)
    expect(told[0]).toContain('"status":500')
    await expectNothingLeft(clock, caller, callee)
  })

  test('rejected tells status, words and the Reason header', async () => {
    const { clock, caller, callee, incoming, invite } = await pair()
    const out = news(invite())
    await clock.advance(0)
    const into = news(firstOf(incoming))
    firstOf(incoming).reject(480, 'Gone Away', [['Reason', 'Q.850;cause=20;text="powered off"']])
    await clock.advance(0)
    expect(out).toEqual([
      'ended {"kind":"refused","status":480,"reason":"Gone Away","q850":20,"q850Text":"powered off","local":false}',
    ])
    expect(into).toEqual(['ended {"kind":"refused","status":480,"reason":"Gone Away","local":true}'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('hung up before the answer is refused by its cause', async () => {
    const { clock, incoming, invite } = await pair()
    const told = news(invite())
    await clock.advance(0)
    firstOf(incoming).hangUp({ q850: 17, text: 'User busy' })
    await clock.advance(0)
    expect(told[0]).toContain('"status":486,"reason":"Busy Here","q850":17,"q850Text":"User busy"')
  })

  test('may play an announcement before it is answered', async () => {
    const { clock, incoming, invite } = await pair()
    const told = news(invite())
    await clock.advance(0)
    firstOf(incoming).ring()
    firstOf(incoming).ring(answer)
    await clock.advance(0)
    expect(told).toEqual(['progress 180', 'progress 183 with SDP'])
  })

  test('keeps saying that it rings', async () => {
    const { clock, network, incoming, invite } = await pair()
    invite({ ringTimeoutMs: 300_000 })
    await clock.advance(0)
    firstOf(incoming).ring()
    await clock.advance(125_000)
    expect(network.sent(5070)).toEqual(['100', '180', '180', '180'])
  })

  test('refuses line breaks in headers and leaves the call as it was', async () => {
    const { clock, incoming, invite } = await pair()
    expect(() => invite({ headers: [['X-A', 'a\r\nVia: b']] })).toThrow('line break')
    const told = news(invite())
    await clock.advance(0)
    const call = firstOf(incoming)
    expect(() => call.reject(486, 'Busy\r\nX: y')).toThrow('line break')
    call.reject(486)
    await clock.advance(0)
    expect(told[0]).toContain('"status":486')
  })
})
