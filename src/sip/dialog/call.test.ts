import { describe, expect, test } from 'vitest'
import { caller, confirmed, inDialog, statuses } from '../../../fakes/sip-far-end.ts'
import type { SipCall } from '../user-agent.types.ts'

describe('other requests in a call', () => {
  test('INFO brings keys, and refuses what it cannot read', async () => {
    const { ask, hear, call, sent, arrived } = await confirmed()
    const keys: string[] = []
    call.on('info', (type, body) => void keys.push(`${type} ${body}`))
    const info = (seq: number, type: string, body: string) =>
      hear(inDialog(sent, 'far', 'INFO', seq, `Content-Type: ${type}`) + body)
    await info(5, 'application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n')
    await info(6, 'text/plain', 'hello')
    await ask('INFO', 7)
    expect(statuses(arrived)).toEqual([200, 415, 200])
    expect(keys).toEqual(['application/dtmf-relay Signal=5\r\nDuration=160\r\n'])
  })

  test('what comes out of order, from a stranger or by an unknown method is refused', async () => {
    const { ask, hear, sent, arrived, told } = await confirmed()
    await ask('OPTIONS', 9)
    await ask('BYE', 8)
    await hear(inDialog(sent, 'stranger', 'BYE', 10))
    await ask('REFER', 11)
    await ask('DANCE', 12)
    expect(statuses(arrived)).toEqual([200, 500, 481, 405, 501])
    expect(told).toHaveLength(1)
  })

  test('both ends may hang up at once', async () => {
    const { ask, call, arrived, told, nothingLeft } = await confirmed()
    call.hangUp()
    await ask('BYE', 5)
    expect(statuses(arrived)).toEqual([200])
    expect(told.filter((event) => event.startsWith('ended'))).toEqual(['ended {"kind":"bye","by":"here"}'])
    await nothingLeft()
  })
})

test('a listener that fails loses its call and no other', async () => {
  const { answer, last, invite, request, clock, nothingLeft } = await caller()
  const { call, told }: { call: SipCall; told: string[] } = await invite()
  call.on('answered', () => {
    throw new Error('a bug')
  })
  await answer(last('INVITE'), 200, 'far')
  await clock.advance(0)
  expect(request('BYE')).toHaveLength(1)
  expect(told.at(-1)).toBe('ended {"kind":"bye","by":"here"}')
  await nothingLeft()
})
