import { describe, expect, it } from 'vitest'
import type { SipMessageEvent } from '../sip/user-agent.types.ts'
import { makeSipTrace, withoutCredentials } from './sip-trace.ts'

function message(callId: string, summary: string): SipMessageEvent {
  const remote = { host: '127.0.0.1', port: 5070 }
  return { at: 0, direction: 'received', transport: 'udp', remote, callId, summary, text: () => summary }
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

describe('withoutCredentials', () => {
  it('blanks credentials, folded ones too, and nothing else', () => {
    const text = [
      'INVITE sip:1@127.0.0.1 SIP/2.0',
      'authorization: Digest username="a",',
      '  response="secret"',
      'WWW-Authenticate: Digest nonce="secret"',
      'Call-ID: secretly-kept',
      'Proxy-Authorization : Digest response="secret"',
      '',
      'v=0',
    ].join('\r\n')
    const blanked = withoutCredentials(text)
    expect(blanked).not.toContain('"secret"')
    expect(blanked.split('\r\n')).toEqual([
      'INVITE sip:1@127.0.0.1 SIP/2.0',
      'authorization: (left out)',
      'WWW-Authenticate: (left out)',
      'Call-ID: secretly-kept',
      'Proxy-Authorization: (left out)',
      '',
      'v=0',
    ])
  })
})
