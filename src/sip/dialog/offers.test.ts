import { describe, expect, test } from 'vitest'
import { confirmed, inDialog, isRequest, statuses } from '../../../fakes/sip-far-end.ts'

describe('offers of the far end', () => {
  test.each(['INVITE', 'UPDATE'])('a %s asks the owner, and its answer goes back', async (method) => {
    const { ask, call, arrived, sent, hear, nothingLeft } = await confirmed()
    call.on('offer', (offer, respond) => respond({ description: `answer to ${offer}` }))
    await ask(method, 7, 'Contact: <sip:moved@192.0.2.1:5070>', 'hold')
    if (method === 'INVITE') await hear(inDialog(sent, 'far', 'ACK', 7))
    expect(arrived.at(-1)).toMatchObject({ status: 200, body: 'answer to hold' })
    expect(call.remoteDescription).toBe('hold')
    call.hangUp()
    await nothingLeft()
    expect(arrived.filter(isRequest).at(-1)).toMatchObject({ method: 'BYE', uri: 'sip:moved@192.0.2.1:5070' })
  })

  test('without a listener is not acceptable', async () => {
    const { ask, arrived, call } = await confirmed()
    await ask('INVITE', 7, '', 'hold')
    expect(statuses(arrived)).toEqual([488])
    expect(call.remoteDescription).toBe('first answer')
  })

  test('one at a time: the second waits, a BYE ends the first with 487', async () => {
    const { ask, call, arrived, told, nothingLeft } = await confirmed()
    call.on('offer', () => undefined)
    await ask('INVITE', 7, '', 'hold')
    await ask('UPDATE', 8, '', 'unhold')
    expect(statuses(arrived)).toEqual([100, 500])
    await ask('BYE', 9)
    expect(statuses(arrived)).toEqual([100, 500, 200, 487])
    expect(told.at(-1)).toBe('ended {"kind":"bye","by":"there"}')
    await nothingLeft()
  })

  test('an empty re-INVITE gets our last description, and the ACK may bring news', async () => {
    const { ask, call, arrived, sent, hear } = await confirmed()
    const changed: string[] = []
    call.on('remoteChanged', (description) => void changed.push(description))
    await ask('INVITE', 7)
    expect(arrived.at(-1)).toMatchObject({ status: 200, body: 'v=0' })
    await hear(inDialog(sent, 'far', 'ACK', 7, '', 'late answer'))
    expect([changed, call.remoteDescription]).toEqual([['late answer'], 'late answer'])
  })

  test('an answer to a re-INVITE that is never acknowledged ends the call', async () => {
    const { ask, told, clock, nothingLeft } = await confirmed()
    await ask('INVITE', 7)
    await clock.advance(32_000)
    expect(told.at(-1)).toContain('no ACK for the answer to a re-INVITE')
    await nothingLeft()
  })

  test('a cancelled re-INVITE leaves the call as it was', async () => {
    const { ask, call, arrived } = await confirmed()
    let late: (() => void) | undefined
    call.on('offer', (_, respond) => {
      late = () => respond({ description: 'too late' })
    })
    await ask('INVITE', 7, '', 'hold')
    await ask('CANCEL', 7)
    late?.()
    expect(statuses(arrived)).toEqual([100, 200, 487])
    expect(call.state).toBe('confirmed')
    expect(call.remoteDescription).toBe('first answer')
  })
})

describe('offers of ours', () => {
  test('are answered, acknowledged again and again, and move the target', async () => {
    const { call, clock, answer, last, request, nothingLeft } = await confirmed()
    const answered = call.reoffer('second offer')
    await clock.advance(0)
    const again = last('INVITE')
    expect(again.headers.first('cseq')).toBe('2 INVITE')
    await answer(again, 200, 'far', [], 'second answer')
    await answer(again, 200, 'far', [], 'second answer')
    expect(await answered).toBe('second answer')
    expect(request('ACK').map(({ headers }) => headers.first('cseq'))).toEqual(['1 ACK', '2 ACK', '2 ACK'])
    call.hangUp()
    await nothingLeft()
  })

  test('meet an offer of the far end: 491 there, and another try after a pause here', async () => {
    const { call, clock, ask, answer, last, request, arrived } = await confirmed()
    const answered = call.reoffer('second offer')
    await clock.advance(0)
    await ask('UPDATE', 7, '', 'theirs')
    expect(statuses(arrived)).toEqual([491])
    await answer(last('INVITE'), 491, 'far')
    const numbers = () => new Set(request('INVITE').map(({ headers }) => headers.first('cseq')))
    await clock.advance(2_000)
    expect(numbers().size).toBe(2)
    await clock.advance(2_000)
    expect(numbers().size).toBe(3)
    await answer(last('INVITE'), 200, 'far', [], 'second answer')
    expect(await answered).toBe('second answer')
  })

  test('may be refused without harm', async () => {
    const { call, clock, answer, last } = await confirmed()
    const refused = expect(call.reoffer('x')).rejects.toMatchObject({ name: 'OfferRefused', status: 488 })
    await expect(call.reoffer('y')).rejects.toMatchObject({ status: 491 })
    await clock.advance(0)
    await answer(last('INVITE'), 488, 'far')
    await refused
    expect(call.state).toBe('confirmed')
  })

  test('end the call when the far end has forgotten it', async () => {
    const { call, clock, answer, last, told, nothingLeft } = await confirmed()
    const refused = expect(call.reoffer('x')).rejects.toMatchObject({ status: 481 })
    await clock.advance(0)
    await answer(last('INVITE'), 481, 'far')
    await refused
    expect(told.at(-1)).toContain('re-INVITE answered with 481')
    await nothingLeft()
  })

  test('are called off by a hang-up', async () => {
    const { call, nothingLeft } = await confirmed()
    const refused = expect(call.reoffer('x')).rejects.toMatchObject({ status: 487 })
    call.hangUp()
    await refused
    await expect(call.reoffer('x')).rejects.toMatchObject({ status: 481 })
    await nothingLeft()
  })
})
