import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPhoneWorld, type PhoneWorld } from './phone-caller.ts'

let world: PhoneWorld

beforeAll(async () => {
  world = await openPhoneWorld()
})
afterAll(() => world.close())

describe('the last four digits choose an ending that the caller can tell from every other', () => {
  it.each([
    ['0002', 486, 17],
    ['0004', 404, 1],
    ['0005', 503, 27],
    ['0007', 480, 20],
    ['0012', 403, 21],
  ])('…%s: status %i, cause %i', async (digits, status, q850) => {
    const caller = await world.call(`1390000${digits}`)
    expect(await caller.ended).toMatchObject({ kind: 'refused', status, q850, local: false })
    expect(await world.record(`1390000${digits}`)).toMatchObject({ end: { by: 'phone', how: 'rejected', status } })
  })

  it('…0001: answered, hung up by the phone', async () => {
    const caller = await world.call('13900000001')
    await caller.answered()
    expect(await caller.ended).toMatchObject({ kind: 'bye', by: 'there' })
    expect(await world.record('13900000001')).toMatchObject({ end: { by: 'phone', how: 'hungUp' } })
  })

  it('…0003: rings until the caller gives up', async () => {
    const caller = await world.call('13900000003')
    await new Promise((resolve) => caller.call.once('progress', resolve))
    expect(caller.progress).toEqual([180])
    caller.call.hangUp()
    expect(await caller.ended).toMatchObject({ kind: 'cancelled', by: 'here' })
    expect(await world.record('13900000003')).toMatchObject({ end: { by: 'caller', how: 'gaveUp' } })
  })

  it('a phone in a call is busy for the next caller, and free again afterwards', async () => {
    const first = await world.call('13900000000')
    await first.answered()
    const second = await world.call('13900000000')
    expect(await second.ended).toMatchObject({ kind: 'refused', status: 486, q850: 17 })
    first.call.hangUp()
    await first.ended
    await world.record('13900000000')
    const third = await world.call('13900000000')
    await third.answered()
    third.call.hangUp()
    await third.ended
  })
})
