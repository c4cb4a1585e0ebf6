import { describe, expect, test } from 'vitest'
import { caller } from '../../../fakes/sip-far-end.ts'
import type { SipRequest } from '../message/message.ts'

describe('forked answers', () => {
  test('the first phone wins, the second gets its ACK and a BYE, every repetition an ACK', async () => {
    const { answer, last, request, invite, clock, nothingLeft } = await caller()
    const { call, told } = await invite()
    const sent = last('INVITE')
    await answer(sent, 180, 'kitchen')
    await answer(sent, 180, 'office')
    await answer(sent, 200, 'office', [], 'office SDP')
    await answer(sent, 200, 'kitchen', [], 'kitchen SDP')
    await answer(sent, 200, 'kitchen', [], 'kitchen SDP')
    await answer(sent, 200, 'office', [], 'office SDP')
    expect(told).toEqual(['progress 180', 'answered office SDP'])
    expect(request('ACK').map(({ uri }) => uri.slice(4, 10))).toEqual(['far-of', 'far-ki', 'far-ki', 'far-of'])
    expect(request('BYE').map(({ uri }) => uri)).toEqual(['sip:far-kitchen@192.0.2.1:5070'])
    await answer(last('BYE'), 200, 'kitchen')
    call.hangUp()
    await clock.advance(0)
    expect(last('BYE').uri).toBe('sip:far-office@192.0.2.1:5070')
    await answer(last('BYE'), 200, 'office')
    await nothingLeft()
  })
})

describe('the way through proxies', () => {
  test('that a registrar named is in the INVITE, in its CANCEL and in the ACK of its refusal, and nowhere after', async () => {
    const routes = ['<sip:edge.example;lr>', '"Home" <sip:orig@home.example;lr>']
    const way = (message: SipRequest) => message.headers.all('route')
    const given = await caller()
    const { call } = await given.invite({ routes })
    expect(given.last('INVITE').uri).toBe('sip:110@192.0.2.1:5070')
    await given.answer(given.last('INVITE'), 180, 'x')
    call.hangUp()
    await given.clock.advance(0)
    await given.answer(given.last('INVITE'), 487, 'x')
    expect(['INVITE', 'CANCEL', 'ACK'].map((method) => way(given.last(method)))).toEqual([routes, routes, routes])

    const taken = await caller()
    const answered = await taken.invite({ routes })
    await taken.answer(taken.last('INVITE'), 200, 'x', [['Record-Route', '<sip:192.0.2.1:5070;lr>']])
    answered.call.hangUp()
    await taken.clock.advance(0)
    expect(['ACK', 'BYE'].map((method) => way(taken.last(method)))).toEqual([
      ['<sip:192.0.2.1:5070;lr>'],
      ['<sip:192.0.2.1:5070;lr>'],
    ])
  })

  test('is the one of the 200, whatever the ringing before it said', async () => {
    const { network, answer, last, invite, clock } = await caller()
    const { call } = await invite()
    const rang: [string, string][] = [
      ['Require', '100rel'],
      ['RSeq', '1'],
      ['Record-Route', '<sip:192.0.2.1:5070;lr>, <sip:192.0.2.66;lr>'],
    ]
    await answer(last('INVITE'), 180, 'x', rang)
    const prack = network.flown.at(-1)?.message
    expect(prack?.headers.all('route')).toEqual(['<sip:192.0.2.66;lr>', '<sip:192.0.2.1:5070;lr>'])
    await answer(last('INVITE'), 200, 'x', [['Record-Route', '<sip:192.0.2.1:5070;lr>']])
    call.hangUp()
    await clock.advance(0)
    const bye = network.flown.at(-1)?.message
    expect(bye).toMatchObject({ method: 'BYE' })
    expect(bye?.headers.all('route')).toEqual(['<sip:192.0.2.1:5070;lr>'])
    expect(bye?.headers.first('cseq')).toBe('3 BYE')
  })

  test('loose routes are kept in reverse, strict ones take the place of the Request-URI', async () => {
    const { network, answer, last, invite } = await caller()
    network.peer({ transport: 'udp', host: '192.0.2.77', port: 5060 })
    await invite()
    await answer(last('INVITE'), 200, 'x', [
      ['Record-Route', '<sip:192.0.2.66;lr>, <sip:192.0.2.77;lr>'],
      ['Record-Route', '<sip:192.0.2.88:5099;lr>'],
    ])
    const ack = network.flown.at(-1)
    expect(ack?.to).toBe('192.0.2.88:5099')
    expect(ack?.message).toMatchObject({ method: 'ACK', uri: 'sip:far-x@192.0.2.1:5070' })
    expect(ack?.message.headers.all('route')).toEqual([
      '<sip:192.0.2.88:5099;lr>',
      '<sip:192.0.2.77;lr>',
      '<sip:192.0.2.66;lr>',
    ])
    await invite()
    await answer(last('INVITE'), 200, 'y', [['Record-Route', '<sip:192.0.2.66;lr>, <sip:192.0.2.77>']])
    const strict = network.flown.at(-1)
    expect(strict?.to).toBe('192.0.2.77:5060')
    expect(strict?.message).toMatchObject({ method: 'ACK', uri: 'sip:192.0.2.77' })
    expect(strict?.message.headers.all('route')).toEqual(['<sip:192.0.2.66;lr>', '<sip:far-y@192.0.2.1:5070>'])
  })
})

describe('digest', () => {
  const credentials = { username: 'trunk', password: 'secret' }
  const challenge: [string, string][] = [['WWW-Authenticate', 'Digest realm="carrier", nonce="n1", qop="auth"']]

  test('a challenged INVITE is sent again once, and so is its BYE; the ACK carries credentials too', async () => {
    const { answer, last, request, invite, clock, nothingLeft } = await caller()
    const { call, told } = await invite({ credentials })
    await answer(last('INVITE'), 401, 'a', challenge)
    expect(request('INVITE').map(({ headers }) => headers.first('cseq'))).toEqual(['1 INVITE', '2 INVITE'])
    const again = last('INVITE')
    expect(again.headers.first('authorization')).toContain('nc=00000001')
    expect(again.headers.first('from')).toBe(request('INVITE')[0]?.headers.first('from'))
    await answer(again, 200, 'b')
    expect(last('ACK').headers.first('authorization')).toBe(again.headers.first('authorization'))
    expect(last('ACK').headers.first('cseq')).toBe('2 ACK')
    call.hangUp()
    await clock.advance(0)
    expect(last('BYE').headers.first('authorization')).toContain('nc=00000002')
    await answer(last('BYE'), 401, 'b', [['WWW-Authenticate', 'Digest realm="carrier", nonce="n2", stale=true']])
    expect(request('BYE').map(({ headers }) => headers.first('cseq'))).toEqual(['3 BYE', '4 BYE'])
    await answer(last('BYE'), 200, 'b')
    expect(told.at(-1)).toBe('ended {"kind":"bye","by":"here"}')
    await nothingLeft()
  })

  test('a second challenge with the same nonce is a refusal', async () => {
    const { answer, last, invite, nothingLeft } = await caller()
    const { told } = await invite({ credentials })
    await answer(last('INVITE'), 401, 'a', challenge)
    await answer(last('INVITE'), 401, 'a', challenge)
    expect(told[0]).toContain('"status":401')
    await nothingLeft()
  })

  test('without credentials a challenge is a refusal', async () => {
    const { answer, last, invite, nothingLeft } = await caller()
    const { told } = await invite()
    await answer(last('INVITE'), 407, 'a', [['Proxy-Authenticate', 'Digest realm="r", nonce="n"']])
    expect(told[0]).toContain('"status":407')
    await nothingLeft()
  })

  test('a hang-up while the second INVITE is unanswered waits for it before the CANCEL', async () => {
    const { answer, last, request, invite, clock, nothingLeft } = await caller()
    const { call, told } = await invite({ credentials })
    await answer(last('INVITE'), 100, 'a')
    await answer(last('INVITE'), 401, 'a', challenge)
    call.hangUp()
    await clock.advance(0)
    expect(request('CANCEL')).toHaveLength(0)
    await answer(last('INVITE'), 180, 'a')
    expect(last('CANCEL').headers.first('via')).toBe(last('INVITE').headers.first('via'))
    await answer(last('CANCEL'), 200, 'a')
    await answer(last('INVITE'), 487, 'a')
    expect(told).toEqual(['ended {"kind":"cancelled","by":"here"}'])
    await nothingLeft()
  })
})
