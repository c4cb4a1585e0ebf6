import { describe, expect, test } from 'vitest'
import { answer, expectNothingLeft, firstOf, news, pair } from '../../../fakes/sip-pair.ts'

describe('giving up', () => {
  test('a phone that rings too long is cancelled', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    const out = news(invite({ ringTimeoutMs: 20_000 }))
    await clock.advance(0)
    const into = news(firstOf(incoming))
    firstOf(incoming).ring()
    await clock.advance(20_000)
    expect(out).toEqual(['progress 180', 'ended {"kind":"ringTimeout"}'])
    expect(into).toEqual(['ended {"kind":"cancelled","by":"there"}'])
    expect(network.sent()).toEqual(['INVITE', '100', '180', 'CANCEL', '200', '487', 'ACK'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('a hang-up before any answer waits for one, then cancels', async () => {
    const { clock, network, caller, callee, invite } = await pair()
    const out = invite()
    const told = news(out)
    out.hangUp()
    expect(network.sent(5060)).toEqual(['INVITE'])
    await clock.advance(0)
    expect(network.sent(5060)).toEqual(['INVITE', 'CANCEL', 'ACK'])
    expect(told).toEqual(['ended {"kind":"cancelled","by":"here"}'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('an answer that crosses the CANCEL is acknowledged and hung up', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    const out = invite()
    const told = news(out)
    await clock.advance(0)
    firstOf(incoming).ring()
    await clock.advance(0)
    firstOf(incoming).accept(answer)
    out.hangUp()
    await clock.advance(0)
    expect(told).toEqual(['progress 180', 'ended {"kind":"cancelled","by":"here"}'])
    expect(network.sent(5060)).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('a far end that ignores the CANCEL is abandoned after 64·T1', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    network.loses = ({ message }) => message.kind === 'request' && message.method === 'CANCEL'
    const out = invite()
    const told = news(out)
    await clock.advance(0)
    out.hangUp()
    await clock.advance(31_000)
    expect(told).toEqual([])
    await clock.advance(1_000)
    expect(told).toEqual(['ended {"kind":"cancelled","by":"here"}'])
    firstOf(incoming).reject(486)
    await expectNothingLeft(clock, caller, callee)
  })

  test('nobody at all: 408 of our own after 64·T1, with the INVITE sent seven times', async () => {
    const { clock, network, caller, invite } = await pair()
    network.loses = () => true
    const told = news(invite({ ringTimeoutMs: 10_000 }))
    await clock.advance(32_000)
    expect(told).toEqual(['ended {"kind":"refused","status":408,"reason":"Request Timeout","local":true}'])
    expect(network.sent()).toEqual(Array(7).fill('INVITE'))
    await expectNothingLeft(clock, caller)
  })

  test('a refused connection ends the call as failed', async () => {
    const { clock, caller, invite } = await pair('tcp')
    const told = news(invite({ target: { host: '192.0.2.1', port: 9, transport: 'tcp' } }))
    expect(told).toEqual([])
    await clock.advance(0)
    expect(told).toEqual(['ended {"kind":"failed","reason":"connection refused"}'])
    await expectNothingLeft(clock, caller)
  })

  test('a transport that nobody listens on ends the call as failed', async () => {
    const { clock, caller, invite } = await pair('udp')
    const told = news(invite({ target: { host: '192.0.2.1', port: 9, transport: 'tcp' } }))
    await clock.advance(0)
    expect(told[0]).toContain('no tcp listener')
    await expectNothingLeft(clock, caller)
  })
})

describe('a far end that was given up after four INVITEs', () => {
  test('gets no fifth one when it wakes up', async () => {
    const { clock, network, caller, invite } = await pair()
    network.loses = () => true
    const out = invite()
    const told = news(out)
    await clock.advance(3_600)
    out.hangUp()
    await clock.advance(40_000)
    expect(network.sent()).toEqual(Array(4).fill('INVITE'))
    expect(told).toEqual(['ended {"kind":"cancelled","by":"here"}'])
    await expectNothingLeft(clock, caller)
  })

  /** It heard the INVITEs, and is heard from now on. */
  async function awakes() {
    const ends = await pair()
    ends.network.loses = ({ message }) => message.kind === 'response'
    const out = ends.invite()
    await ends.clock.advance(3_600)
    out.hangUp()
    ends.network.loses = () => false
    return { ...ends, into: firstOf(ends.incoming) }
  }

  test('is cancelled when its answer comes late after all', async () => {
    const { clock, network, caller, callee, into } = await awakes()
    into.ring()
    await clock.advance(0)
    expect(network.sent(5060).slice(-2)).toEqual(['CANCEL', 'ACK'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('is hung up when somebody answers late after all', async () => {
    const { clock, network, caller, callee, into } = await awakes()
    into.accept(answer)
    await clock.advance(0)
    expect(network.sent(5060).slice(-2)).toEqual(['ACK', 'BYE'])
    await expectNothingLeft(clock, caller, callee)
  })
})
