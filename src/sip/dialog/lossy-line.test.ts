import { describe, expect, test } from 'vitest'
import { answer, expectNothingLeft, firstOf, news, pair } from '../../../fakes/sip-pair.ts'
import type { OutgoingCall } from '../user-agent.types.ts'

describe('a lossy line', () => {
  test('the 2xx is repeated until its ACK arrives, and each one is acknowledged', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    let losses = 0
    network.loses = ({ message }) => message.kind === 'request' && message.method === 'ACK' && ++losses <= 3
    const out = invite()
    await clock.advance(0)
    const into = news(firstOf(incoming))
    firstOf(incoming).accept(answer)
    // T1 doubling: 0.5, 1.5 and 3.5 s after the answer.
    await clock.advance(3400)
    expect(into).toEqual([])
    await clock.advance(100)
    expect(into).toEqual(['answered with SDP'])
    expect(network.sent(5060).filter((what) => what === 'ACK')).toHaveLength(4)
    out.hangUp()
    await expectNothingLeft(clock, caller, callee)
  })

  test('an ACK that never comes ends the call with BYE', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    network.loses = ({ message }) => message.kind === 'request' && message.method === 'ACK'
    const out = news(invite())
    await clock.advance(0)
    const into = news(firstOf(incoming))
    firstOf(incoming).accept(answer)
    await clock.advance(32_000)
    expect(into).toEqual(['ended {"kind":"failed","reason":"the ACK never came"}'])
    expect(out).toEqual(['answered with SDP', 'ended {"kind":"bye","by":"there"}'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('a callee that hangs up before the ACK waits for it', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    let losses = 0
    network.loses = ({ message }) => message.kind === 'request' && message.method === 'ACK' && ++losses <= 1
    const out = news(invite())
    await clock.advance(0)
    firstOf(incoming).accept(answer)
    firstOf(incoming).hangUp()
    await clock.advance(0)
    expect(network.sent(5070)).not.toContain('BYE')
    await clock.advance(500)
    expect(out).toEqual(['answered with SDP', 'ended {"kind":"bye","by":"there"}'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('every call comes through, or ends once, when a third of all messages is lost', async () => {
    const { clock, network, caller, callee, invite } = await pair()
    let seed = 20240102
    network.loses = () => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31
      return seed / 2 ** 31 < 0.3
    }
    callee.on('call', (call) => {
      call.ring()
      call.accept(answer)
    })
    const calls: OutgoingCall[] = Array.from({ length: 200 }, () => invite())
    const told = calls.map(news)
    for (const call of calls) call.on('answered', () => void clock.after(3000, () => call.hangUp()))
    await clock.advance(100_000)
    expect(told.filter((events) => events.includes('answered with SDP')).length).toBeGreaterThan(195)
    expect(told.every((events) => events.filter((event) => event.startsWith('ended')).length === 1)).toBe(true)
    expect(told.every((events) => events.at(-1)?.startsWith('ended'))).toBe(true)
    await expectNothingLeft(clock, caller, callee)
  })
})
