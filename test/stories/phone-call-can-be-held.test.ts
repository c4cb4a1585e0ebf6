import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audioOffer, readAudio } from '../../src/sip/sdp/audio.ts'
import { openPhoneWorld, type PhoneWorld } from './phone-caller.ts'

const number = '13900000000'
let world: PhoneWorld

beforeAll(async () => {
  world = await openPhoneWorld()
})
afterAll(() => world.close())

describe('a caller puts a phone on hold and takes it back', () => {
  it('each offer is answered in kind, and told in the timeline', async () => {
    const caller = await world.call(number)
    await caller.answered()
    const held = await caller.call.reoffer(audioOffer({ ...caller.media.local, direction: 'sendonly' }))
    expect(readAudio(held).direction).toBe('sendonly')
    const back = await caller.call.reoffer(audioOffer(caller.media.local))
    expect(readAudio(back).direction).toBe('sendrecv')
    caller.call.hangUp()
    await caller.ended
    const { timeline } = await world.record(number)
    const changes = timeline.flatMap((entry) => (entry.kind === 'changed' ? [entry.direction] : []))
    expect(changes).toEqual(['recvonly', 'sendrecv'])
  })
})
