import { expect, it } from 'vitest'
import { readWav } from '../media/codec/wav-reader.ts'
import { tonePower } from '../media/tone/goertzel.ts'
import { demoNoteMs, demoNotesHz, demoVoice } from './demo-voice.ts'

it('has every note where it belongs, told by its frequency', () => {
  const { samples, sampleRateHz, channels } = readWav(demoVoice())
  expect({ sampleRateHz, channels }).toEqual({ sampleRateHz: 8000, channels: 1 })
  expect(samples.length).toBe(demoNotesHz.length * demoNoteMs * 8)
  const noteLength = demoNoteMs * 8
  demoNotesHz.forEach((noteHz, index) => {
    const power = (frequencyHz: number) => tonePower(samples, index * noteLength, noteLength, frequencyHz, sampleRateHz)
    const others = demoNotesHz.filter((one) => one !== noteHz)
    for (const other of others) expect(power(noteHz)).toBeGreaterThan(20 * power(other))
  })
})

it('is the same every time, and never clips', () => {
  expect(demoVoice().equals(demoVoice())).toBe(true)
  const peak = readWav(demoVoice()).samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0)
  expect(peak).toBeGreaterThan(5000)
  expect(peak).toBeLessThan(20_000)
})
