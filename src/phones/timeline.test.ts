import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PhoneBench } from '../../fakes/phone-bench.ts'

let bench: PhoneBench

beforeEach(async () => {
  bench = await PhoneBench.open({ canSpeak: true })
})

afterEach(() => bench.close())

describe('the timeline', () => {
  const message = (summary: string, direction: 'sent' | 'received') => ({
    at: bench.clock.now(),
    direction,
    transport: 'udp' as const,
    local: { host: '127.0.0.1', port: 5060 },
    remote: { host: '127.0.0.1', port: 5070 },
    callId: 'fake-call@127.0.0.1',
    summary,
    text: () => `${summary}\r\nAuthorization: Digest response="0123"\r\n\r\n`,
  })

  it('holds the messages before, during and shortly after the call, without credentials', async () => {
    bench.trace.onMessage(message('INVITE', 'received'))
    const invitedAt = bench.clock.now()
    await bench.clock.advance(20)
    const call = bench.sip.ring('13900000002')
    bench.trace.onMessage(message('486 Busy Here', 'sent'))
    await bench.ended('13900000002')
    bench.trace.onMessage(message('ACK', 'received'))
    await bench.clock.advance(2000)
    bench.trace.onMessage(message('too late', 'received'))
    const messages = bench.last('13900000002').timeline.filter((entry) => entry.kind === 'sip')
    expect(messages.map(({ summary }) => summary)).toEqual(['INVITE', '486 Busy Here', 'ACK'])
    expect(messages[0]?.text).toBe('INVITE\r\nAuthorization: (left out)\r\n\r\n')
    expect(bench.last('13900000002').startedAt).toBe(invitedAt)
    expect(call.acts).toEqual(['486'])
  })

  it('does not grow without end', async () => {
    bench.sip.ring('13900000003')
    for (let i = 0; i < 600; i++) bench.trace.onMessage(message('OPTIONS', 'received'))
    expect(bench.last('13900000003').timeline).toHaveLength(500)
    expect(bench.last('13900000003').timelineLeftOut).toBeGreaterThan(100)
  })
})
