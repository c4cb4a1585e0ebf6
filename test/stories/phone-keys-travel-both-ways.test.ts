import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPhoneWorld, type PhoneWorld } from './phone-caller.ts'

const number = '13912345678'
let world: PhoneWorld

beforeAll(async () => {
  world = await openPhoneWorld()
})
afterAll(() => world.close())

describe('keys travel both ways between caller and phone', () => {
  it('those of the script reach the caller, those of the caller stand in the record', async () => {
    await world.script(number, [{ answer: true }, { press: '1', after: 0.3 }, { press: '*0#' }, { listen: true }])
    const caller = await world.call(number)
    await caller.answered()
    await new Promise<void>((resolve) => {
      caller.media.on('digit', () => {
        if (caller.keys.length === 4) resolve()
      })
    })
    expect(caller.keys.join('')).toBe('1*0#')
    await caller.media.press('2580')
    caller.call.hangUp()
    await caller.ended
    expect(await world.record(number)).toMatchObject({ keysPressed: '1*0#', keysHeard: '2580' })
  })
})
