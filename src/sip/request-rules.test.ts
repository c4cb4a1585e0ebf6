import { describe, expect, test } from 'vitest'
import { callee } from '../../fakes/sip-callee.ts'
import { statuses } from '../../fakes/sip-far-end.ts'
import type { SipMessage } from './message/message.ts'
import { allowedMethods } from './message/methods.ts'

/** A callee of ours, and an end that sends it any text. */
async function calleeAndPeer() {
  const { clock, network, agent, calls } = await callee()
  const arrived: SipMessage[] = []
  const peer = network.peer(
    { transport: 'udp', host: '192.0.2.9', port: 5060 },
    (message) => void arrived.push(message),
  )
  const say = async (text: string) => {
    peer.send(text, { host: '192.0.2.1', port: 5060 })
    await clock.advance(0)
  }
  return { clock, agent, calls, arrived, say }
}

/** A request as text; changed lines replace the ones of the same name, `undefined` leaves one out. */
function request(method: string, changes: Record<string, string | undefined> = {}, body = ''): string {
  const { uri = 'sip:110@192.0.2.1', version = 'SIP/2.0', ...lines } = changes
  const headers = {
    Via: 'SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1',
    From: '<sip:a@192.0.2.9>;tag=1',
    To: '<sip:110@192.0.2.1>',
    'Call-ID': 'one',
    CSeq: `1 ${method}`,
    'Max-Forwards': '70',
    ...lines,
  }
  const text = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))
  return [`${method} ${uri} ${version}`, ...text, '', body].join('\r\n')
}

const refused: [name: string, text: string, status: number, header?: [string, string]][] = [
  ['an unknown method', request('DANCE'), 501],
  ['a method of others', request('REGISTER'), 405, ['allow', allowedMethods]],
  ['REFER outside a call', request('REFER', { 'Refer-To': '<sip:120@192.0.2.1>' }), 405, ['allow', allowedMethods]],
  ['REFER in a call it invented', request('REFER', { To: '<sip:110@192.0.2.1>;tag=gone' }), 405],
  ['SUBSCRIBE', request('SUBSCRIBE', { Event: 'presence' }), 405, ['allow', allowedMethods]],
  ['NOTIFY', request('NOTIFY', { Event: 'message-summary', 'Subscription-State': 'active' }), 405],
  ['MESSAGE', request('MESSAGE', { 'Content-Type': 'text/plain' }, 'hello'), 405],
  ['PRACK without a call', request('PRACK', { RAck: '1 1 INVITE' }), 481],
  ['an unknown scheme', request('INVITE', { uri: 'soap.beep://192.0.2.103:3002' }), 416],
  ['a telephone URI', request('INVITE', { uri: 'tel:110' }), 416],
  ['a broken SIP URI', request('INVITE', { uri: 'sip:110@[::1' }), 400],
  ['an extension', request('INVITE', { Require: 'replaces' }), 420, ['unsupported', 'replaces']],
  ['some of several', request('OPTIONS', { Require: '100rel, x, Timer, Y', k: 'x' }), 420, ['unsupported', 'x, Y']],
  ['a short session', request('INVITE', { x: '60', Supported: 'timer' }), 422, ['min-se', '90']],
  ['headers in its address', request('INVITE', { uri: 'sip:110@192.0.2.1?Subject=x' }), 400],
  ['a caller that takes no SDP', request('INVITE', { Accept: 'text/plain, image/*' }), 406],
  ['a caller that takes nothing', request('INVITE', { Accept: '' }), 406],
  ['a CSeq of another method, when its own is unknown', request('DANCE', { CSeq: '1 INVITE' }), 501],
  ['two lengths', request('OPTIONS', { 'Content-Length': '0', l: '0' }), 400],
  ['a gap in its Via', request('OPTIONS', { Via: 'SIP/2.0/UDP 192.0.2.9;;branch=z9hG4bK1' }), 400],
  ['a Contact that is no address', request('INVITE', { Contact: 'sip:a@b?x=y' }), 400],
  ['a body of another kind', request('INVITE', { 'Content-Type': 'text/plain' }, 'hello'), 415],
  ['an encoded body', request('INVITE', { 'Content-Encoding': 'gzip' }, 'zzz'), 415, ['accept-encoding', 'identity']],
  ['a BYE without a call', request('BYE'), 481],
  ['a BYE for an unknown call', request('BYE', { To: '<sip:110@192.0.2.1>;tag=gone' }), 481],
  ['a CANCEL without an INVITE', request('CANCEL'), 481],
  ['another version', request('INVITE', { version: 'SIP/7.0' }), 505],
  ['no From', request('INVITE', { From: undefined }), 400],
  ['no CSeq', request('OPTIONS', { CSeq: undefined }), 400],
  ['another method in CSeq', request('OPTIONS', { CSeq: '1 INVITE' }), 400],
  ['a body shorter than announced', request('INVITE', { 'Content-Length': '500' }, 'v=0'), 400],
]

describe('a request is refused for', () => {
  test.each(refused)('%s', async (_, text, status, header) => {
    const { say, arrived, calls, clock, agent } = await calleeAndPeer()
    await say(text)
    expect(statuses(arrived)).toEqual([status])
    if (header !== undefined) expect(arrived[0]?.headers.first(header[0])).toBe(header[1])
    expect(calls).toEqual([])
    // A refused INVITE repeats its answer until the ACK, then all is forgotten.
    await clock.advance(70_000)
    expect(agent.describe()).toMatchObject({ calls: 0, serverTransactions: 0 })
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('a request is dropped when it is', () => {
  test.each([
    ['an ACK for nothing', request('ACK')],
    ['a broken ACK', request('ACK', { From: undefined })],
    ['without a way back', request('INVITE', { Via: undefined })],
    ['no SIP at all', 'GET / HTTP/1.1\r\n\r\n'],
    ['a stray answer', request('x').replace(/^.*\r\n/, 'SIP/2.0 200 OK\r\n')],
  ])('%s', async (_, text) => {
    const { say, arrived, agent, clock } = await calleeAndPeer()
    await say(text)
    expect(arrived).toEqual([])
    expect(agent.describe()).toMatchObject({ serverTransactions: 0, clientTransactions: 0 })
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('a call is taken', () => {
  test('with no hops left: nothing is passed on here', async () => {
    const { say, calls } = await calleeAndPeer()
    await say(request('INVITE', { uri: 'sip:a@elsewhere.example', 'Max-Forwards': '0' }))
    expect(calls).toHaveLength(1)
  })

  test('once, when its INVITE comes again; a copy by another way is merged', async () => {
    const { say, calls, arrived } = await calleeAndPeer()
    await say(request('INVITE'))
    await say(request('INVITE'))
    expect(statuses(arrived)).toEqual([100, 100])
    await say(request('INVITE', { Via: 'SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK2' }))
    expect(statuses(arrived)).toEqual([100, 100, 482])
    expect(calls).toHaveLength(1)
  })

  test('apart from another one with the same branch', async () => {
    const { say, calls } = await calleeAndPeer()
    await say(request('INVITE'))
    await say(request('INVITE', { 'Call-ID': 'two' }))
    expect(calls.map((call) => call.callId)).toEqual(['one', 'two'])
  })

  test('from a caller of the time before branches had cookies', async () => {
    const { say, calls, arrived } = await calleeAndPeer()
    await say(request('INVITE', { Via: 'SIP/2.0/UDP 192.0.2.9:5060', 'Max-Forwards': undefined }))
    calls[0]?.reject(486)
    await say(request('ACK', { Via: 'SIP/2.0/UDP 192.0.2.9:5060', CSeq: '1 ACK' }))
    expect(calls).toHaveLength(1)
    expect(statuses(arrived)).toEqual([100, 486])
  })

  test('and a BYE before its answer ends it', async () => {
    const { say, calls, arrived, clock, agent } = await calleeAndPeer()
    await say(request('INVITE'))
    calls[0]?.ring()
    const ends: unknown[] = []
    calls[0]?.on('ended', (end) => ends.push(end))
    await clock.advance(0)
    await say(request('BYE', { To: arrived[1]?.headers.first('to'), CSeq: '2 BYE' }))
    expect(statuses(arrived)).toEqual([100, 180, 200, 487])
    expect(ends).toEqual([{ kind: 'cancelled', by: 'there' }])
    await clock.advance(70_000)
    expect(agent.describe()).toMatchObject({ calls: 0, serverTransactions: 0 })
  })
})

test('answers tell where a request really came from', async () => {
  const { say, arrived } = await calleeAndPeer()
  await say(request('OPTIONS', { Via: 'SIP/2.0/UDP 10.1.1.1:777;rport;branch=z9hG4bK7, SIP/2.0/UDP other' }))
  expect(arrived[0]?.headers.all('via')).toEqual([
    'SIP/2.0/UDP 10.1.1.1:777;rport=5060;branch=z9hG4bK7;received=192.0.2.9, SIP/2.0/UDP other',
  ])
})
