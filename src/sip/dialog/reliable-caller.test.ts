import { describe, expect, test } from 'vitest'
import { caller, inDialog, statuses } from '../../../fakes/sip-far-end.ts'

/** Headers of a reliable provisional answer. */
const reliable = (rseq: number): [string, string][] => [
  ['Require', '100rel'],
  ['RSeq', String(rseq)],
  ['Allow', 'INVITE, ACK, BYE, CANCEL, PRACK, UPDATE'],
]

const racks = (pracks: { headers: { first(name: string): string | undefined } }[]) =>
  pracks.map(({ headers }) => headers.first('rack'))

describe('a caller says how it stands to reliable provisional answers:', () => {
  test.each([
    [undefined, '100rel, timer', undefined],
    ['required', '100rel, timer', '100rel'],
    ['off', 'timer', undefined],
  ] as const)('%s', async (reliableProvisional, supported, required) => {
    const { invite, last } = await caller()
    await invite(reliableProvisional === undefined ? {} : { reliableProvisional })
    expect(last('INVITE').headers.first('supported')).toBe(supported)
    expect(last('INVITE').headers.first('require')).toBe(required)
  })
})

describe('a caller acknowledges', () => {
  test('each reliable answer once, in order, and reads nothing out of order', async () => {
    const { invite, last, answer, request, clock, nothingLeft } = await caller()
    const { call, told } = await invite()
    const sent = last('INVITE')
    await answer(sent, 180, 'far', reliable(776656))
    await answer(sent, 180, 'far', reliable(776656))
    await answer(sent, 183, 'far', reliable(776658), 'too early')
    await answer(sent, 183, 'far', reliable(776657), 'early audio')
    expect(racks(request('PRACK'))).toEqual(['776656 1 INVITE', '776657 1 INVITE'])
    expect(request('PRACK').map(({ headers }) => headers.first('cseq'))).toEqual(['2 PRACK', '3 PRACK'])
    expect(told).toEqual(['progress 180', 'progress 183'])
    expect(call.remoteDescription).toBe('early audio')
    for (const prack of request('PRACK')) await answer(prack, 200, 'far')
    await answer(sent, 200, 'far')
    expect(told.at(-1)).toBe('answered early audio')
    call.hangUp()
    await clock.advance(0)
    expect(last('BYE').headers.first('cseq')).toBe('4 BYE')
    await nothingLeft()
  })

  test('an insisting far end though it offered nothing', async () => {
    const { invite, last, answer, request } = await caller()
    await invite({ reliableProvisional: 'off' })
    await answer(last('INVITE'), 183, 'far', reliable(1))
    expect(racks(request('PRACK'))).toEqual(['1 1 INVITE'])
  })

  test('each fork by itself, and the one that answers has what it said', async () => {
    const { invite, last, answer, request, clock, nothingLeft } = await caller()
    const { call, told } = await invite()
    const sent = last('INVITE')
    await answer(sent, 183, 'kitchen', reliable(5), 'kitchen audio')
    await answer(sent, 183, 'office', reliable(9), 'office audio')
    await answer(sent, 180, 'kitchen', reliable(6))
    expect(request('PRACK').map(({ uri, headers }) => `${uri.slice(8, 11)} ${headers.first('cseq')}`)).toEqual([
      'kit 2 PRACK',
      'off 2 PRACK',
      'kit 3 PRACK',
    ])
    await answer(sent, 200, 'kitchen')
    expect(told.at(-1)).toBe('answered kitchen audio')
    // The office answers too: its BYE goes on counting where its PRACK stopped.
    await answer(sent, 200, 'office')
    expect(last('BYE').headers.first('cseq')).toBe('3 BYE')
    call.hangUp()
    await clock.advance(0)
    expect(last('BYE').headers.first('cseq')).toBe('4 BYE')
    await nothingLeft()
  })

  test('64 forks and no more', async () => {
    const { invite, last, answer, request } = await caller()
    const { told } = await invite()
    for (let fork = 0; fork < 70; fork++) await answer(last('INVITE'), 180, `phone-${fork}`, reliable(1))
    expect(request('PRACK')).toHaveLength(64)
    await answer(last('INVITE'), 200, 'phone-69', [], 'audio')
    expect(told.at(-1)).toBe('answered audio')
  })

  test('with the credentials it was asked for', async () => {
    const { invite, last, answer, request } = await caller()
    await invite({ credentials: { username: 'trunk', password: 'secret' } })
    await answer(last('INVITE'), 401, 'a', [['WWW-Authenticate', 'Digest realm="r", nonce="n1", qop="auth"']])
    await answer(last('INVITE'), 183, 'far', reliable(1))
    expect(racks(request('PRACK'))).toEqual(['1 2 INVITE'])
    expect(last('PRACK').headers.first('authorization')).toContain('nc=00000002')
  })

  test('and what the reliable answer said stands: the 200 says nothing new', async () => {
    const { invite, last, answer } = await caller()
    const { call, told } = await invite()
    await answer(last('INVITE'), 183, 'far', reliable(1), 'early audio')
    await answer(last('INVITE'), 183, 'far', reliable(2), 'other audio')
    await answer(last('INVITE'), 183, 'far', [], 'other audio')
    expect(call.remoteDescription).toBe('early audio')
    await answer(last('INVITE'), 200, 'far', [], 'other audio')
    expect(told.at(-1)).toBe('answered early audio')
    expect(call.remoteDescription).toBe('early audio')
  })

  test('until the answer, and a refused PRACK changes nothing', async () => {
    const { invite, last, answer, clock, nothingLeft } = await caller()
    const { call, told } = await invite()
    await answer(last('INVITE'), 183, 'far', reliable(1))
    await answer(last('PRACK'), 481, 'far')
    await answer(last('INVITE'), 200, 'far', [], 'audio')
    expect(told.at(-1)).toBe('answered audio')
    call.hangUp()
    await clock.advance(0)
    await nothingLeft()
  })
})

describe('without an offer in the INVITE', () => {
  test('the far end makes it in a reliable answer, and the PRACK answers it', async () => {
    const { invite, last, answer } = await caller()
    const { call, told } = await invite({ offer: '' })
    call.on('offer', (offer, respond) => respond({ description: `answer to ${offer}` }))
    expect(last('INVITE')).toMatchObject({ body: '' })
    await answer(last('INVITE'), 183, 'far', reliable(1), 'their offer')
    expect(last('PRACK')).toMatchObject({ body: 'answer to their offer' })
    await answer(last('PRACK'), 200, 'far')
    await answer(last('INVITE'), 200, 'far')
    expect(last('ACK').body).toBe('')
    expect(told).toEqual(['progress 183', 'answered their offer'])
  })

  test('or in the 200, and the ACK answers it', async () => {
    const { invite, last, answer, request } = await caller()
    const { call, told } = await invite({ offer: '' })
    let late: (() => void) | undefined
    call.on('offer', (offer, respond) => {
      late = () => respond({ description: `answer to ${offer}` })
    })
    await answer(last('INVITE'), 200, 'far', [], 'their offer')
    await answer(last('INVITE'), 200, 'far', [], 'their offer')
    expect(request('ACK')).toEqual([])
    late?.()
    await answer(last('INVITE'), 200, 'far', [], 'their offer')
    expect(request('ACK').map(({ body }) => body)).toEqual(['answer to their offer', 'answer to their offer'])
    expect(told).toEqual(['answered their offer'])
  })

  test.each([
    ['a reliable answer', 183],
    ['the 200', 200],
  ])('an offer in %s that nobody can answer ends the call', async (_, status) => {
    const { invite, last, answer, nothingLeft } = await caller()
    const { told } = await invite({ offer: '' })
    await answer(last('INVITE'), status, 'far', reliable(1), 'their offer')
    if (status === 183) {
      await answer(last('PRACK'), 200, 'far')
      await answer(last('CANCEL'), 200, 'far')
      await answer(last('INVITE'), 487, 'far')
    } else await answer(last('BYE'), 200, 'far')
    expect(told.at(-1)).toBe('ended {"kind":"failed","reason":"the offer of the far end was refused"}')
    await nothingLeft()
  })

  test('a hang-up while the 200 waits for its ACK sends both ACK and BYE', async () => {
    const { invite, last, answer, clock, nothingLeft } = await caller()
    const { call, told } = await invite({ offer: '' })
    call.on('offer', () => undefined)
    await answer(last('INVITE'), 200, 'far', [], 'their offer')
    call.hangUp()
    await clock.advance(0)
    expect(last('ACK').body).toBe('')
    await answer(last('BYE'), 200, 'far')
    expect(told).toEqual(['ended {"kind":"cancelled","by":"here"}'])
    await nothingLeft()
  })
})

describe('UPDATE before the answer', () => {
  /** An early dialog; `isReliable`: its audio is agreed on. */
  async function early(isReliable: boolean) {
    const ends = await caller()
    const { call, told } = await ends.invite()
    const sent = ends.last('INVITE')
    await ends.answer(sent, 183, 'far', isReliable ? reliable(1) : [], 'early audio')
    const ask = async (method: string, seq: number, body = '') => {
      ends.far.send(inDialog(sent, 'far', method, seq, '', body), { port: 5060 })
      await ends.clock.advance(0)
    }
    return { ...ends, call, told, sent, ask }
  }

  test('brings another offer once the first has its answer', async () => {
    const { call, ask, arrived, answer, sent, told } = await early(true)
    call.on('offer', (offer, respond) => respond({ description: `answer to ${offer}` }))
    await ask('UPDATE', 1, 'other audio')
    expect(arrived.at(-1)).toMatchObject({ status: 200, body: 'answer to other audio' })
    await answer(sent, 200, 'far')
    expect(told.at(-1)).toBe('answered other audio')
  })

  test('meets an offer that has none yet, and may only refresh', async () => {
    const { ask, arrived, call } = await early(false)
    call.on('offer', (_, respond) => respond({ description: 'never asked' }))
    await ask('UPDATE', 1, 'other audio')
    await ask('UPDATE', 2)
    await ask('INVITE', 3, 'other audio')
    expect(statuses(arrived)).toEqual([491, 200, 500])
  })

  test('takes our offer, where the far end allows it', async () => {
    const { call, clock, last, answer } = await early(true)
    const answered = call.reoffer('our other offer')
    await clock.advance(0)
    expect(last('UPDATE')).toMatchObject({ body: 'our other offer' })
    await answer(last('UPDATE'), 200, 'far', [], 'their other answer')
    expect(await answered).toBe('their other answer')
    expect(call.remoteDescription).toBe('their other answer')
  })

  test('is not sent before the first offer has its answer', async () => {
    const { call } = await early(false)
    await expect(call.reoffer('our other offer')).rejects.toMatchObject({ status: 481 })
  })
})
