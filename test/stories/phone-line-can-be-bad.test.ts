import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import { makeTone } from '../../src/media/tone/make-tone.ts'
import { openPhoneWorld, type PhoneWorld } from './phone-caller.ts'

let world: PhoneWorld

beforeAll(async () => {
  world = await openPhoneWorld()
  await world.phones.keepAudio('tone.wav', writeWav(makeTone([700], 2000)))
})
afterAll(() => world.close())

/** The phone plays two seconds over a line with these faults. @returns what the caller received */
async function received(number: string, faults: object) {
  await world.script(number, { steps: [{ answer: true }, { play: 'tone.wav' }, { wait: 0.5 }], faults })
  const caller = await world.call(number)
  await caller.answered()
  const done = new Promise<void>((resolve) => {
    world.phones.on('entry', (record, entry) => {
      if (record.number === number && entry.kind === 'step' && 'wait' in entry.step) resolve()
    })
  })
  await done
  const statistics = await caller.media.statistics()
  caller.call.hangUp()
  await caller.ended
  return { statistics, phone: await world.record(number) }
}

describe('the line of a phone can be bad', () => {
  it('three packets of ten are lost on the way to the caller, none on the way to the phone', async () => {
    const { statistics, phone } = await received('13911110001', { loss: 0.3 })
    const share = statistics.packetsLost / (statistics.packetsLost + statistics.packetsReceived)
    expect(share).toBeGreaterThan(0.1)
    expect(share).toBeLessThan(0.55)
    expect(phone.rtp?.packetsLost).toBe(0)
  })

  it('mute: the caller receives nothing, the phone hears', async () => {
    const { statistics, phone } = await received('13911110002', { mute: true })
    expect(statistics.packetsReceived).toBe(0)
    expect(phone.rtp?.packetsReceived).toBeGreaterThan(0)
  })
})
