import { describe, expect, test } from 'vitest'
import { caller, inDialog, statuses } from '../../../fakes/sip-far-end.ts'
import { answered, expectNothingLeft, news } from '../../../fakes/sip-pair.ts'
import { ringing } from '../../../fakes/sip-ringing.ts'

const expired = 'ended {"kind":"failed","reason":"the session expired"}'

/** A confirmed call to a far end that the test plays, whose 200 says that about the session. */
async function confirmedFor(sessionExpires: string, allow = 'INVITE, ACK, BYE, CANCEL, UPDATE') {
  const ends = await caller()
  const { call, told } = await ends.invite()
  const sent = ends.last('INVITE')
  const more: [string, string][] = [['Allow', allow]]
  if (sessionExpires !== '') more.push(['Session-Expires', sessionExpires], ['Require', 'timer'])
  await ends.answer(sent, 200, 'far', more, 'answer')
  const ask = async (method: string, seq: number, lines: string[] = [], body = '') => {
    ends.far.send(inDialog(sent, 'far', method, seq, lines.join('\r\n'), body), { port: 5060 })
    await ends.clock.advance(0)
  }
  return { ...ends, call, told, sent, ask }
}

describe('a caller', () => {
  test.each([
    [undefined, '1800', '100rel, timer'],
    [300, '300', '100rel, timer'],
    [30, '90', '100rel, timer'],
    [0, undefined, '100rel'],
  ])('that wants %s seconds asks for it', async (sessionExpiresSeconds, expires, supported) => {
    const { invite, last } = await caller()
    await invite(sessionExpiresSeconds === undefined ? {} : { sessionExpiresSeconds })
    expect(last('INVITE').headers.first('session-expires')).toBe(expires)
    expect(last('INVITE').headers.first('supported')).toBe(supported)
  })

  test('asks again with the interval of a 422, once for each', async () => {
    const { invite, last, request, answer, nothingLeft } = await caller()
    const { call, told } = await invite({ sessionExpiresSeconds: 120 })
    await answer(last('INVITE'), 422, 'a', [['Min-SE', '600']])
    const again = last('INVITE')
    expect(['cseq', 'session-expires', 'min-se'].map((name) => again.headers.first(name))).toEqual([
      '2 INVITE',
      '600',
      '600',
    ])
    expect(again.headers.first('call-id')).toBe(request('INVITE')[0]?.headers.first('call-id'))
    await answer(again, 422, 'a', [['Min-SE', '600']])
    expect(told).toEqual([expect.stringContaining('"status":422')])
    expect(call.state).toBe('terminated')
    await nothingLeft()
  })

  test('asks nothing of a far end that knows nothing of it', async () => {
    const { clock, arrived, call, told, nothingLeft } = await confirmedFor('')
    const before = arrived.length
    await clock.advance(7_200_000)
    expect(arrived).toHaveLength(before)
    expect(told.at(-1)).toBe('answered answer')
    call.hangUp()
    await nothingLeft()
  })

  test('that is off ignores what the far end says of it', async () => {
    const { invite, last, answer, clock } = await caller()
    const { call } = await invite({ sessionExpiresSeconds: 0 })
    await answer(last('INVITE'), 200, 'far', [['Session-Expires', '90;refresher=uas']], 'answer')
    await clock.advance(3_600_000)
    expect(call.state).toBe('confirmed')
  })
})

describe('who refreshes', () => {
  test('sends UPDATE at half time, again and again, where it is allowed', async () => {
    const { clock, request, last, answer, call, nothingLeft } = await confirmedFor('90;refresher=uac')
    for (let turn = 1; turn <= 3; turn++) {
      await clock.advance(44_999)
      expect(request('UPDATE')).toHaveLength(turn - 1)
      await clock.advance(1)
      expect(last('UPDATE').headers.first('session-expires')).toBe('90;refresher=uac')
      expect(last('UPDATE').body).toBe('')
      await answer(last('UPDATE'), 200, 'far', [['Session-Expires', '90;refresher=uac']])
    }
    expect(call.state).toBe('confirmed')
    call.hangUp()
    await nothingLeft()
  })

  test('sends a re-INVITE that changes nothing where it is not', async () => {
    const { clock, last, answer, request, call, told } = await confirmedFor('90;refresher=uac', 'INVITE, ACK, BYE')
    const changed: string[] = []
    call.on('remoteChanged', (description) => void changed.push(description))
    for (const body of ['answer', 'moved answer']) {
      await clock.advance(45_000)
      expect(last('INVITE')).toMatchObject({ body: 'v=0' })
      await answer(last('INVITE'), 200, 'far', [['Session-Expires', '90;refresher=uac']], body)
    }
    expect(request('ACK')).toHaveLength(3)
    expect(changed).toEqual(['moved answer'])
    expect(told).toEqual(['answered answer'])
  })

  test('takes the re-INVITE when UPDATE is refused after all', async () => {
    const { clock, last, answer, request } = await confirmedFor('90;refresher=uac')
    await clock.advance(45_000)
    await answer(last('UPDATE'), 405, 'far')
    expect(last('INVITE').headers.first('session-expires')).toBe('90;refresher=uac')
    await answer(last('INVITE'), 200, 'far', [['Session-Expires', '90;refresher=uac']], 'answer')
    await clock.advance(45_000)
    expect(request('UPDATE')).toHaveLength(1)
  })

  test('asks once in a while, and no more, where UPDATE is refused and nothing was ever described', async () => {
    const { clock, invite, last, request, answer } = await caller()
    const { told } = await invite({ offer: '', sessionExpiresSeconds: 90 })
    await answer(last('INVITE'), 200, 'far', [['Session-Expires', '90;refresher=uac']])
    await clock.advance(45_000)
    for (let turn = 0; turn < 20; turn++) await answer(last('UPDATE'), 405, 'far')
    expect(request('UPDATE')).toHaveLength(1)
    await clock.advance(45_000)
    expect(told.at(-1)).toBe(expired)
  })

  test('raises the interval when it is told to', async () => {
    const { clock, last, answer } = await confirmedFor('90;refresher=uac')
    await clock.advance(45_000)
    await answer(last('UPDATE'), 422, 'far', [['Min-SE', '120']])
    expect(last('UPDATE').headers.first('session-expires')).toBe('120;refresher=uac')
    expect(last('UPDATE').headers.first('min-se')).toBe('120')
    await answer(last('UPDATE'), 200, 'far', [['Session-Expires', '120;refresher=uac']])
    await clock.advance(59_999)
    const before = last('UPDATE')
    await clock.advance(1)
    expect(last('UPDATE')).not.toBe(before)
  })

  test('tries again when a refresh fails, and ends the call when none comes through', async () => {
    const { clock, last, answer, request, told, nothingLeft } = await confirmedFor('90;refresher=uac')
    await clock.advance(45_000)
    await answer(last('UPDATE'), 500, 'far')
    await clock.advance(4_500)
    expect(request('UPDATE').length).toBeGreaterThan(1)
    await clock.advance(10_500)
    expect(told.at(-1)).toBe(expired)
    expect(last('BYE').headers.first('reason')).toBe('Q.850;cause=102;text="Recovery on timer expiry"')
    await nothingLeft()
  })

  test('ends the call when the far end has forgotten it', async () => {
    const { clock, last, answer, told, nothingLeft } = await confirmedFor('90;refresher=uac')
    await clock.advance(45_000)
    await answer(last('UPDATE'), 481, 'far')
    expect(told.at(-1)).toContain('UPDATE answered with 481')
    await nothingLeft()
  })

  test('sends an offer of its owner instead, which refreshes as well', async () => {
    const { clock, last, answer, call, request } = await confirmedFor('90;refresher=uac')
    await clock.advance(40_000)
    const answered = call.reoffer('hold')
    await clock.advance(0)
    expect(last('INVITE').headers.first('session-expires')).toBe('90;refresher=uac')
    await answer(last('INVITE'), 200, 'far', [['Session-Expires', '90;refresher=uac']], 'held')
    expect(await answered).toBe('held')
    await clock.advance(44_000)
    expect(request('UPDATE')).toEqual([])
    await clock.advance(1_000)
    expect(request('UPDATE')).toHaveLength(1)
  })

  test('does not take to the re-INVITE after the end', async () => {
    const { clock, last, answer, request, call, nothingLeft } = await confirmedFor('90;refresher=uac')
    await clock.advance(45_000)
    call.hangUp()
    await answer(last('UPDATE'), 405, 'far')
    expect(request('INVITE')).toHaveLength(1)
    await nothingLeft()
  })

  test('stops when the far end ends the session timer', async () => {
    const { clock, last, answer, request, call } = await confirmedFor('90;refresher=uac')
    await clock.advance(45_000)
    await answer(last('UPDATE'), 200, 'far')
    await clock.advance(600_000)
    expect(request('UPDATE')).toHaveLength(1)
    expect(call.state).toBe('confirmed')
  })

  test('is not hurried by an interval of nothing', async () => {
    const { clock, request } = await confirmedFor('0;refresher=uac')
    await clock.advance(5_000)
    expect(request('UPDATE')).toHaveLength(1)
  })
})

describe('who waits for the refresh', () => {
  test.each(['UPDATE', 'INVITE'])('answers it (%s) and goes on', async (method) => {
    const { clock, ask, arrived, sent, far, told } = await confirmedFor('90;refresher=uas')
    for (let seq = 1; seq <= 3; seq++) {
      await clock.advance(50_000)
      await ask(method, seq, ['Supported: timer', 'Session-Expires: 90;refresher=uac'])
      expect(arrived.at(-1)?.headers.first('session-expires')).toBe('90;refresher=uac')
      expect(arrived.at(-1)?.headers.first('require')).toBe('timer')
      if (method === 'INVITE') far.send(inDialog(sent, 'far', 'ACK', seq), { port: 5060 })
    }
    expect(statuses(arrived)).toEqual([200, 200, 200])
    expect(told.at(-1)).toBe('answered answer')
  })

  test('ends the call when none comes: 32 seconds, or a third, before the end', async () => {
    const { clock, told, last, nothingLeft } = await confirmedFor('90;refresher=uas')
    await clock.advance(59_999)
    expect(told.at(-1)).toBe('answered answer')
    await clock.advance(1)
    expect(told.at(-1)).toBe(expired)
    expect(last('BYE')).toBeDefined()
    await nothingLeft()
    const other = await confirmedFor('1800;refresher=uas')
    await other.clock.advance(1_767_999)
    expect(other.told.at(-1)).toBe('answered answer')
    await other.clock.advance(1)
    expect(other.told.at(-1)).toBe(expired)
  })

  test('sends offers of its own without taking over', async () => {
    const { clock, last, call, answer, request } = await confirmedFor('90;refresher=uas')
    const answered = call.reoffer('hold')
    await clock.advance(0)
    expect(last('INVITE').headers.first('session-expires')).toBe('90;refresher=uas')
    await answer(last('INVITE'), 200, 'far', [['Session-Expires', '90;refresher=uas']], 'held')
    await answered
    await clock.advance(55_000)
    expect(request('UPDATE')).toEqual([])
  })
})

describe('a callee', () => {
  test.each([
    ['a caller that leaves the choice', ['Supported: timer', 'Session-Expires: 300'], '300;refresher=uac', 'timer'],
    ['one that wants to be asked', ['Supported: timer', 'x: 300;refresher=uas'], '300;refresher=uas', undefined],
    ['a proxy that speaks for a caller', ['Session-Expires: 300'], '300;refresher=uas', undefined],
    ['one that is content with less than it allows', ['x: 100', 'Min-SE: 200'], '200;refresher=uas', undefined],
    ['one that says nothing of it', ['Supported: timer'], undefined, undefined],
    ['one that says nonsense', ['Supported: timer', 'Session-Expires: soon'], undefined, undefined],
  ])('agrees with %s', async (_, lines, expires, required) => {
    const { call, last } = await ringing('their offer', lines)
    call.accept('our answer')
    expect(last().headers.first('session-expires')).toBe(expires)
    expect(last().headers.first('require')).toBe(required)
  })

  test('refreshes when it said so, by the method the caller allows', async () => {
    const { call, clock, say, network } = await ringing('their offer', [
      'Session-Expires: 90',
      'Allow: INVITE, ACK, BYE, UPDATE',
    ])
    call.accept('our answer')
    await say('ACK', 1)
    await clock.advance(45_000)
    expect(network.sent(5060).at(-1)).toBe('UPDATE')
  })

  test('gives up a caller that does not refresh', async () => {
    const { call, clock, say, agent } = await ringing('their offer', ['Supported: timer', 'Session-Expires: 90'])
    const told = news(call)
    call.accept('our answer')
    await say('ACK', 1)
    await clock.advance(60_000)
    expect(told.at(-1)).toBe(expired)
    await clock.advance(130_000)
    expect(agent.describe()).toMatchObject({ calls: 0, clientTransactions: 0, serverTransactions: 0 })
    expect(clock.pendingTimers).toBe(0)
  })
})

test('two ends of ours keep a call alive for a day, and nothing after it', async () => {
  const { clock, network, caller, callee, out, outNews, inNews } = await answered()
  await clock.advance(86_400_000)
  expect([outNews.at(-1), inNews.at(-1)]).toEqual(['answered with SDP', 'answered with SDP'])
  // Every 900 s: one UPDATE and its answer.
  expect(network.sent().filter((what) => what === 'UPDATE')).toHaveLength(96)
  out.hangUp()
  await expectNothingLeft(clock, caller, callee)
})

test('a far end that vanishes is noticed by both', async () => {
  const { clock, network, caller, callee, outNews, inNews } = await answered()
  network.loses = () => true
  await clock.advance(1_800_000)
  expect(outNews.at(-1)).toContain('"kind":"failed"')
  expect(inNews.at(-1)).toBe(expired)
  await expectNothingLeft(clock, caller, callee)
})
