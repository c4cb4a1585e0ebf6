import { describe, expect, it } from 'vitest'
import type { SipMessageEvent } from '../sip/user-agent.types.ts'
import { makeSipTrace } from './sip-trace.ts'

function message(callId: string, summary: string): SipMessageEvent {
  const remote = { host: '127.0.0.1', port: 5070 }
  const local = { host: '127.0.0.1', port: 5060 }
  return { at: 0, direction: 'received', transport: 'udp', local, remote, callId, summary, text: () => summary }
}

function followed(trace: ReturnType<typeof makeSipTrace>, callId: string) {
  const seen: string[] = []
  return { seen, stop: trace.follow(callId, ({ summary }) => seen.push(summary)) }
}

describe('makeSipTrace', () => {
  it('brings each message to its call, those before the follower too', () => {
    const trace = makeSipTrace()
    trace.onMessage(message('a', 'INVITE'))
    trace.onMessage(message('b', 'OPTIONS'))
    const { seen, stop } = followed(trace, 'a')
    trace.onMessage(message('a', 'ACK'))
    stop()
    trace.onMessage(message('a', 'BYE'))
    expect(seen).toEqual(['INVITE', 'ACK'])
  })

  it('forgets the oldest of many unclaimed calls', () => {
    const trace = makeSipTrace()
    for (let i = 0; i < 300; i++) trace.onMessage(message(`call ${i}`, 'INVITE'))
    expect(followed(trace, 'call 0').seen).toEqual([])
    expect(followed(trace, 'call 299').seen).toEqual(['INVITE'])
  })

  it('keeps only the first messages of an unclaimed call', () => {
    const trace = makeSipTrace()
    for (let i = 0; i < 50; i++) trace.onMessage(message('a', `INVITE ${i}`))
    expect(followed(trace, 'a').seen).toHaveLength(16)
  })
})
