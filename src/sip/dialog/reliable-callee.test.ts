import { describe, expect, test } from 'vitest'
import { answer, expectNothingLeft, firstOf, news, pair } from '../../../fakes/sip-pair.ts'
import { ringing } from '../../../fakes/sip-ringing.ts'

describe('a callee of ours', () => {
  test('sends early audio reliably to who supports it, and answers after the PRACK', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    const out = invite()
    const told = news(out)
    await clock.advance(0)
    firstOf(incoming).ring()
    firstOf(incoming).ring(answer)
    await clock.advance(0)
    expect(network.sent()).toEqual(['INVITE', '100', '180', '183', 'PRACK', '200'])
    firstOf(incoming).accept(answer)
    await clock.advance(0)
    expect(told).toEqual(['progress 180', 'progress 183 with SDP', 'answered with SDP'])
    // RFC 3262 §5: the answer was given with the 183.
    expect(network.flown.at(-2)?.message).toMatchObject({ status: 200, body: '' })
    out.hangUp()
    await expectNothingLeft(clock, caller, callee)
  })

  test.each([
    ['a caller that knows nothing of it', 'off', undefined, ['183']],
    ['a caller that requires it', 'required', false, ['183', '200']],
    ['a phone told not to', 'supported', false, ['183']],
  ] as const)('%s', async (_, reliableProvisional, isReliable, sent) => {
    const { clock, network, incoming, invite } = await pair()
    invite({ reliableProvisional })
    await clock.advance(0)
    firstOf(incoming).ring(answer, isReliable === undefined ? {} : { isReliable })
    await clock.advance(100)
    expect(network.sent(5070)).toEqual(['100', ...sent])
  })

  test('may be told to ring reliably without audio, and each minute again', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    const told = news(invite({ ringTimeoutMs: 300_000, reliableProvisional: 'required' }))
    await clock.advance(0)
    firstOf(incoming).ring()
    await clock.advance(125_000)
    expect(network.sent(5070)).toEqual(['100', '180', '200', '180', '200', '180', '200'])
    firstOf(incoming).reject(486)
    await clock.advance(0)
    expect(told).toEqual(['progress 180', expect.stringContaining('"status":486')])
    await expectNothingLeft(clock, caller, callee)
  })

  test('that hangs up over what the PRACK brings does not answer after all', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    const out = invite({ offer: '' })
    out.on('offer', (_offer, respond) => respond({ description: answer }))
    const told = news(out)
    await clock.advance(0)
    firstOf(incoming).on('remoteChanged', () => firstOf(incoming).hangUp())
    firstOf(incoming).ring(answer)
    firstOf(incoming).accept(answer)
    await clock.advance(1_000)
    expect(told.at(-1)).toContain('"status":480')
    expect(network.sent(5070).filter((what) => what === '200')).toHaveLength(1)
    await expectNothingLeft(clock, caller, callee)
  })

  test('repeats it, twice as late each time, and a lost PRACK with it', async () => {
    const { clock, network, incoming, invite } = await pair()
    let losses = 0
    network.loses = ({ message }) => message.kind === 'response' && message.status === 183 && ++losses <= 3
    const told = news(invite())
    await clock.advance(0)
    firstOf(incoming).ring(answer)
    await clock.advance(3_400)
    expect(told).toEqual([])
    await clock.advance(100)
    expect(told).toEqual(['progress 183 with SDP'])
    expect(network.sent(5070).filter((what) => what === '183')).toHaveLength(4)
  })

  test('gives up with 504 when no PRACK comes for 64·T1', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    network.loses = ({ message }) => message.kind === 'request' && message.method === 'PRACK'
    const out = news(invite())
    await clock.advance(0)
    const into = news(firstOf(incoming))
    firstOf(incoming).ring(answer)
    firstOf(incoming).accept(answer)
    await clock.advance(31_999)
    expect(into).toEqual([])
    expect(network.sent(5070).filter((what) => what === '183')).toHaveLength(7)
    await clock.advance(1)
    expect(into).toEqual(['ended {"kind":"failed","reason":"the PRACK never came"}'])
    expect(out.at(-1)).toContain('"status":504')
    await expectNothingLeft(clock, caller, callee)
  })

  test('that is hung up while its answer waits for the PRACK is refused', async () => {
    const { clock, network, caller, callee, incoming, invite } = await pair()
    network.loses = ({ message }) => message.kind === 'request' && message.method === 'PRACK'
    const out = news(invite())
    await clock.advance(0)
    firstOf(incoming).ring(answer)
    firstOf(incoming).accept(answer)
    firstOf(incoming).hangUp()
    await clock.advance(0)
    expect(out.at(-1)).toContain('"status":480')
    await expectNothingLeft(clock, caller, callee)
  })
})

describe('a PRACK', () => {
  test('acknowledges once what is open, and nothing else', async () => {
    const { call, prack, statuses, last } = await ringing()
    call.ring(answer)
    const rseq = Number(last().headers.first('rseq'))
    await prack(2, `${rseq} 1 BYE`)
    await prack(3, `${rseq} 2 INVITE`)
    await prack(4, `${rseq + 1} 1 INVITE`)
    await prack(5, 'nonsense')
    await prack(6, `${rseq} 1 INVITE`)
    await prack(7, `${rseq} 1 INVITE`)
    expect(statuses()).toEqual([100, 183, 481, 481, 481, 400, 200, 481])
  })

  test('lets the next reliable answer go, numbered one higher', async () => {
    const { call, prack, statuses, last, clock } = await ringing()
    call.ring(undefined, { isReliable: true })
    call.ring(answer)
    call.accept(answer)
    expect(statuses()).toEqual([100, 180])
    const rseq = Number(last().headers.first('rseq'))
    await prack(2, `${rseq} 1 INVITE`)
    expect(statuses()).toEqual([100, 180, 183, 200])
    await clock.advance(0)
    expect(statuses()).toHaveLength(4)
    await prack(3, `${rseq + 1} 1 INVITE`)
    expect(statuses()).toEqual([100, 180, 183, 200, 200, 200])
  })

  test('may bring another offer', async () => {
    const { call, prack, last } = await ringing()
    call.on('offer', (offer, respond) => respond({ description: `answer to ${offer}` }))
    call.ring(answer)
    await prack(2, `${last().headers.first('rseq')} 1 INVITE`, 'other audio')
    expect(last()).toMatchObject({ status: 200, body: 'answer to other audio' })
    expect(call.remoteDescription).toBe('other audio')
  })

  test('answers our offer when the INVITE had none', async () => {
    const { call, prack, last, statuses } = await ringing('')
    const changed: string[] = []
    call.on('remoteChanged', (description) => void changed.push(description))
    call.ring('our offer')
    await prack(2, `${last().headers.first('rseq')} 1 INVITE`, 'their answer')
    expect([changed, call.remoteDescription]).toEqual([['their answer'], 'their answer'])
    call.accept('our offer')
    expect(statuses()).toEqual([100, 183, 200, 200])
    expect(last().body).toBe('')
  })

  test('that comes after the answer is still welcome', async () => {
    const { call, prack, last, statuses } = await ringing()
    call.ring(undefined, { isReliable: true })
    const rseq = last().headers.first('rseq')
    call.accept(answer)
    await prack(2, `${rseq} 1 INVITE`)
    expect(statuses()).toEqual([100, 180, 200, 200])
  })
})

describe('UPDATE before our answer', () => {
  test('is refused with an offer while the first is open, and taken afterwards', async () => {
    const { call, update, prack, last, statuses } = await ringing()
    call.on('offer', (offer, respond) => respond({ description: `answer to ${offer}` }))
    call.ring()
    await update(2, 'other audio')
    expect(last().headers.first('retry-after')).toBe('1')
    call.ring(answer)
    await prack(3, `${last().headers.first('rseq')} 1 INVITE`)
    await update(4, 'other audio')
    expect(statuses()).toEqual([100, 180, 500, 183, 200, 200])
    expect(last().body).toBe('answer to other audio')
  })

  test('may be ours, once the early audio is agreed on', async () => {
    const { clock, network, incoming, invite } = await pair()
    const out = invite()
    out.on('offer', (offer, respond) => respond({ description: `answer to ${offer}` }))
    await clock.advance(0)
    firstOf(incoming).ring(answer)
    await clock.advance(0)
    expect(await firstOf(incoming).reoffer('our offer')).toBe('answer to our offer')
    expect(network.sent(5070)).toEqual(['100', '183', '200', 'UPDATE'])
    expect(out.remoteDescription).toBe('our offer')
  })
})
