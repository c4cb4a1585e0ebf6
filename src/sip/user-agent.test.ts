import { describe, expect, test } from 'vitest'
import { answer, answered, expectNothingLeft, firstOf, offer, pair } from '../../fakes/sip-pair.ts'

describe.each(['udp', 'tcp'] as const)('a call over %s', (transport) => {
  test('rings, is answered, and is hung up by the caller', async () => {
    const { clock, network, caller, callee, out, outNews, into, inNews } = await answered(transport)
    expect([out.state, into.state]).toEqual(['confirmed', 'confirmed'])
    expect([out.remoteDescription, into.remoteDescription]).toEqual([answer, offer])
    out.hangUp({ q850: 16, text: 'Normal call clearing' })
    out.hangUp()
    await clock.advance(0)
    expect(outNews).toEqual(['progress 180', 'answered with SDP', 'ended {"kind":"bye","by":"here"}'])
    expect(inNews).toEqual(['answered with SDP', 'ended {"kind":"bye","by":"there","q850":16}'])
    expect(network.sent()).toEqual(['INVITE', '100', '180', '200', 'ACK', 'BYE', '200'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('is hung up by the callee', async () => {
    const { clock, caller, callee, outNews, into, inNews } = await answered(transport)
    into.hangUp()
    await clock.advance(0)
    expect(outNews.at(-1)).toBe('ended {"kind":"bye","by":"there"}')
    expect(inNews.at(-1)).toBe('ended {"kind":"bye","by":"here"}')
    await expectNothingLeft(clock, caller, callee)
  })
})

describe('OPTIONS', () => {
  test('is answered with what this end can do', async () => {
    const { clock, network, caller, callee } = await pair()
    const ping = caller.options({ host: '192.0.2.1', port: 5070, transport: 'udp' })
    await clock.advance(0)
    expect(await ping).toEqual({ status: 200, reason: 'OK' })
    const response = network.flown.at(-1)?.message
    expect(response?.headers.first('allow')).toContain('UPDATE')
    expect(response?.headers.first('accept')).toContain('application/sdp')
    await expectNothingLeft(clock, caller, callee)
  })

  test('to nobody ends with 408, to a closed port with 503', async () => {
    const { clock, caller } = await pair()
    const lost = caller.options({ host: '192.0.2.9', port: 1, transport: 'udp' })
    const refused = caller.options({ host: '192.0.2.9', port: 1, transport: 'tcp' })
    await clock.advance(32_000)
    expect(await lost).toMatchObject({ status: 408 })
    expect(await refused).toMatchObject({ status: 503 })
    await expectNothingLeft(clock, caller)
  })
})

test('closing leaves no timer behind, whatever is going on', async () => {
  const { clock, caller, callee, incoming, invite } = await pair()
  invite()
  invite()
  await clock.advance(0)
  firstOf(incoming).ring()
  incoming[1]?.accept(answer)
  await Promise.all([caller.close(), callee.close()])
  expect(clock.pendingTimers).toBe(0)
})
