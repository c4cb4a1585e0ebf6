import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWav } from '../../src/media/codec/wav-reader.ts'
import { findTones } from '../../src/media/tone/find-tones.ts'
import { openPhoneWorld, type PhoneWorld, tonesInOrder } from './phone-caller.ts'

let world: PhoneWorld

beforeAll(async () => {
  world = await openPhoneWorld()
})
afterAll(() => world.close())

describe('a caller hears the announcement of a phone that is switched off, before any answer', () => {
  it.each([
    ['13900000010', 'powered off'],
    ['13900000011', 'suspended'],
  ])('%s: the information tone in early media, then 480 "%s"', async (number, text) => {
    const caller = await world.call(number)
    const heard = await world.wav(`${number}.wav`, new Int16Array(0))
    const recording = await caller.media.record(heard)
    expect(await caller.ended).toMatchObject({ kind: 'refused', status: 480, q850: 20, q850Text: text })
    await recording.stop()
    expect(caller.progress).toEqual([183])
    const ladder = (await world.record(number)).timeline.flatMap((entry) =>
      entry.kind === 'sip' ? [entry.summary] : [],
    )
    // Early media is acknowledged (RFC 3262): whoever pays for the announcement can be sure that it is heard.
    expect(ladder.slice(0, 5)).toEqual(['INVITE', '100 Trying', '183 Session Progress', 'PRACK', '200 OK'])
    const tones = findTones(readWav(await readFile(heard)).samples)
    expect(tonesInOrder(tones)).toEqual([950, 1400, 1800])
    expect((await world.app.inject(`/phones/${number}/heard.wav`)).json()).toMatchObject({ code: 'nothingHeard' })
  })
})
