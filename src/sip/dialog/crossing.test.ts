import { describe, expect, test } from 'vitest'
import { caller, confirmed, inDialog, statuses } from '../../../fakes/sip-far-end.ts'
import { answer, answered, expectNothingLeft, firstOf, news, pair } from '../../../fakes/sip-pair.ts'
import { ringing } from '../../../fakes/sip-ringing.ts'
import { allowedMethods } from '../message/methods.ts'

describe('a BYE', () => {
  test('that comes again is answered again, and one for a call that is over finds none', async () => {
    const { ask, hear, sent, arrived, told, clock, nothingLeft } = await confirmed()
    await ask('BYE', 5)
    await ask('BYE', 5)
    await ask('BYE', 6)
    await clock.advance(60_000)
    await hear(inDialog(sent, 'far', 'BYE', 7))
    expect(statuses(arrived)).toEqual([200, 200, 481, 481])
    expect(told.filter((event) => event.startsWith('ended'))).toHaveLength(1)
    await nothingLeft()
  })

  test('that meets our re-INVITE ends both: the late answer still gets its ACK', async () => {
    for (const status of [487, 200]) {
      const { ask, call, clock, answer, last, request, told, nothingLeft } = await confirmed()
      const refused = expect(call.reoffer('hold')).rejects.toMatchObject({ status: 487 })
      await clock.advance(0)
      const again = last('INVITE')
      await answer(again, 100, 'far')
      await ask('BYE', 5)
      await refused
      await answer(again, status, 'far', [['Session-Expires', '1800;refresher=uas']])
      expect(request('ACK').at(-1)?.headers.first('cseq')).toBe('2 ACK')
      expect(told.at(-1)).toBe('ended {"kind":"bye","by":"there"}')
      await nothingLeft()
    }
  })

  test('of ours that nobody answers is given up after 64·T1', async () => {
    const { call, told, nothingLeft, network, clock } = await confirmed()
    network.loses = () => true
    call.hangUp()
    await clock.advance(0)
    expect(told.at(-1)).toBe('ended {"kind":"bye","by":"here"}')
    await nothingLeft()
  })
})

describe('a CANCEL', () => {
  test('that crosses our answer is answered and changes nothing', async () => {
    const { call, say, statuses: given, agent, clock, last } = await ringing()
    const told = news(call)
    call.accept('our answer')
    const to = last().headers.first('to')
    await say('CANCEL', 1)
    // RFC 3261 §9.2: both are answered by the same one.
    expect(last().headers.first('to')).toBe(to)
    await say('ACK', 1)
    expect(given()).toEqual([100, 200, 200])
    expect([call.state, told]).toEqual(['confirmed', ['answered with SDP']])
    await say('BYE', 2)
    await clock.advance(130_000)
    expect(agent.describe()).toMatchObject({ calls: 0, serverTransactions: 0 })
  })

  test('that comes twice ends one call once', async () => {
    const { call, say, statuses: given } = await ringing()
    const told = news(call)
    await say('CANCEL', 1)
    await say('CANCEL', 1)
    expect(given()).toEqual([100, 200, 487, 200])
    expect(told).toEqual(['ended {"kind":"cancelled","by":"there"}'])
  })
})

describe('an ACK', () => {
  test('that comes again, or for something else, is no news', async () => {
    const { call, say } = await ringing()
    const told = news(call)
    call.accept('our answer')
    await say('ACK', 7)
    expect(told).toEqual([])
    await say('ACK', 1)
    await say('ACK', 1)
    expect(told).toEqual(['answered with SDP'])
  })
})

describe('offers that cross', () => {
  test('are both refused with 491, and each end tries again in its own time', async () => {
    const { clock, network, caller, callee, out, into } = await answered()
    for (const call of [out, into]) call.on('offer', (offer, respond) => respond({ description: `answer to ${offer}` }))
    const both = Promise.all([out.reoffer('offer of the caller'), into.reoffer('offer of the callee')])
    await clock.advance(2_000)
    expect(network.sent().filter((what) => what === '491')).toHaveLength(2)
    // The callee waited 0 to 2 s, the caller 2.1 to 4 s (RFC 3261 §14.1): the callee's offer is through.
    expect(out.remoteDescription).toBe('offer of the callee')
    await clock.advance(2_000)
    expect(await both).toEqual(['answer to offer of the caller', 'answer to offer of the callee'])
    expect(into.remoteDescription).toBe('offer of the caller')
    out.hangUp()
    await expectNothingLeft(clock, caller, callee)
  })

  test('are not met by a refresh, which offers nothing', async () => {
    const { call, clock, ask, answer, last, arrived } = await confirmed()
    const given = call.reoffer('hold')
    await clock.advance(0)
    await ask('UPDATE', 5, 'Session-Expires: 90;refresher=uac\r\nSupported: timer')
    expect(statuses(arrived)).toEqual([200])
    await answer(last('INVITE'), 200, 'far', [], 'held')
    expect(await given).toBe('held')
  })

  test('wait while an offer of the far end is open', async () => {
    const { call, clock, ask, answer, last, request } = await confirmed()
    let agree: (() => void) | undefined
    call.on('offer', (_, respond) => {
      agree = () => respond({ description: 'agreed' })
    })
    const given = call.reoffer('hold')
    await clock.advance(0)
    await answer(last('INVITE'), 491, 'far')
    await ask('UPDATE', 5, '', 'theirs')
    await clock.advance(60_000)
    const numbers = () => new Set(request('INVITE').map(({ headers }) => headers.first('cseq'))).size
    expect(numbers()).toBe(2)
    agree?.()
    await clock.advance(4_000)
    expect(numbers()).toBe(3)
    await answer(last('INVITE'), 200, 'far', [], 'held')
    expect(await given).toBe('held')
  })

  test('are tried four times and then left', async () => {
    const { call, clock, answer, last, request } = await confirmed()
    const refused = expect(call.reoffer('hold')).rejects.toMatchObject({ status: 491 })
    for (let turn = 0; turn < 4; turn++) {
      await clock.advance(4_000)
      await answer(last('INVITE'), 491, 'far')
    }
    await refused
    const numbers = new Set(request('INVITE').map(({ headers }) => headers.first('cseq')))
    expect(numbers.size).toBe(1 + 4)
    expect(call.state).toBe('confirmed')
  })
})

test.each(['caller', 'callee'])('the %s holds, resumes and changes the codec', async (who) => {
  const { clock, out, into } = await answered()
  const [asks, asked] = who === 'caller' ? [out, into] : [into, out]
  asked.on('offer', (offer, respond) => respond({ description: `${offer}, agreed` }))
  for (const offer of ['sendonly', 'sendrecv', 'PCMU']) {
    const given = asks.reoffer(offer)
    await clock.advance(0)
    expect(await given).toBe(`${offer}, agreed`)
    expect([asks.remoteDescription, asked.remoteDescription]).toEqual([`${offer}, agreed`, offer])
  }
})

test.each([
  ['REFER', 'Refer-To: <sip:120@192.0.2.66>'],
  ['NOTIFY', 'Event: refer\r\nSubscription-State: active'],
  ['SUBSCRIBE', 'Event: dialog'],
  ['MESSAGE', 'Content-Type: text/plain'],
])('%s in a call is refused with what may be asked, and the call goes on', async (method, lines) => {
  const { ask, arrived, call, request } = await confirmed()
  await ask(method, 5, lines)
  expect(arrived.at(-1)).toMatchObject({ status: 405 })
  expect(arrived.at(-1)?.headers.first('allow')).toBe(allowedMethods)
  await ask('OPTIONS', 6)
  expect(statuses(arrived)).toEqual([405, 200])
  expect(call.state).toBe('confirmed')
  expect(request('NOTIFY')).toEqual([])
})

test('a request that needs what is not spoken here is refused, in a call as well', async () => {
  const { ask, arrived, call } = await confirmed()
  await ask('INVITE', 5, 'Require: timer, replaces', 'hold')
  expect(arrived.at(-1)).toMatchObject({ status: 420 })
  expect(arrived.at(-1)?.headers.first('unsupported')).toBe('replaces')
  expect(call.state).toBe('confirmed')
})

test.each([300, 301, 302, 305, 380])('a redirection (%i) is told, and followed nowhere', async (status) => {
  const { network, invite, last, answer, nothingLeft } = await caller()
  const stranger = network.peer({ transport: 'udp', host: '192.0.2.66', port: 5060 })
  const { told } = await invite({ credentials: { username: 'trunk', password: 'secret' } })
  await answer(last('INVITE'), status, 'far', [['Contact', '<sip:110@192.0.2.66>']])
  expect(told).toEqual([expect.stringContaining(`"kind":"refused","status":${status}`)])
  await nothingLeft()
  expect(network.flown.filter(({ to }) => to.startsWith(stranger.listener.host))).toEqual([])
})

test('a refusal that is repeated, because its ACK was lost, gets its ACK again', async () => {
  const { clock, network, caller, callee, incoming, invite } = await pair()
  let losses = 0
  network.loses = ({ message }) => message.kind === 'request' && message.method === 'ACK' && ++losses <= 2
  const told = news(invite())
  await clock.advance(0)
  firstOf(incoming).ring(answer)
  firstOf(incoming).reject(486)
  await clock.advance(4_000)
  expect(told.filter((event) => event.startsWith('ended'))).toHaveLength(1)
  expect(network.sent(5060).filter((what) => what === 'ACK')).toHaveLength(3)
  await expectNothingLeft(clock, caller, callee)
})
