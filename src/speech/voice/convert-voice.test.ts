import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeAlaw } from '../../media/codec/g711.ts'
import { wavHeader } from '../../media/codec/wav-format.ts'
import { readWav } from '../../media/codec/wav-reader.ts'
import { writeWav } from '../../media/codec/wav-writer.ts'
import { tonePower } from '../../media/tone/goertzel.ts'
import { convertVoice } from './convert-voice.ts'
import { VoiceRefused } from './voice-limits.ts'

function tone(rateHz: number, durationMs: number): Int16Array {
  return Int16Array.from({ length: (rateHz * durationMs) / 1000 }, (_, i) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * 1000 * i) / rateHz)),
  )
}

/** Share of the sound's energy that lies at 1 kHz, 0..1. */
function shareAt1000Hz(samples: Int16Array): number {
  const energy = samples.reduce((sum, one) => sum + one * one, 0) / samples.length
  return tonePower(samples, 0, samples.length, 1000, 8000) / 2 / energy
}

/** A WAV header for another encoding: `tag` and layout of the `fmt ` chunk. */
function wavOf(tag: number, bits: number, rateHz: number, data: Buffer): Buffer {
  const header = wavHeader(data.length, rateHz)
  header.writeUInt16LE(tag, 20)
  header.writeUInt16LE(bits, 34)
  return Buffer.concat([header, data])
}

describe('a recording', () => {
  it.each([8000, 11_025, 16_000, 22_050, 44_100, 48_000])('of %i Hz becomes one of 8 kHz', async (rateHz) => {
    const { wav, durationMs } = await convertVoice(writeWav(tone(rateHz, 400), rateHz))
    const audio = readWav(wav)
    expect(audio.sampleRateHz).toBe(8000)
    expect(durationMs).toBeCloseTo(400, 0)
    expect(shareAt1000Hz(audio.samples)).toBeGreaterThan(0.95)
  })

  it('in A-law becomes PCM', async () => {
    const bytes = wavOf(6, 8, 8000, Buffer.from(tone(8000, 200).map(encodeAlaw)))
    expect(shareAt1000Hz(readWav((await convertVoice(bytes)).wav).samples)).toBeGreaterThan(0.95)
  })

  it('that is in the right form already stays as it is', async () => {
    const bytes = writeWav(tone(8000, 200))
    expect((await convertVoice(bytes)).wav).toEqual(bytes)
  })

  it('in MP3, stereo, 44.1 kHz, becomes one of 8 kHz', async () => {
    const mp3 = await readFile(new URL('./fixtures/tone-1000hz-600ms-stereo.mp3', import.meta.url))
    const { wav, durationMs } = await convertVoice(mp3)
    // An encoder adds some silence of its own, a frame or two at either end.
    expect(durationMs).toBeGreaterThanOrEqual(600)
    expect(durationMs).toBeLessThan(700)
    expect(shareAt1000Hz(readWav(wav).samples.subarray(800, 4800))).toBeGreaterThan(0.95)
  })
})

describe('what is no voice', () => {
  const refused = (bytes: Uint8Array) => expect(convertVoice(bytes)).rejects

  it('is refused with the reason', async () => {
    await refused(Buffer.alloc(0)).toThrow('the file is empty')
    await refused(Buffer.from('<html>')).toThrow('neither an MP3 nor a WAV that can be read: not a RIFF/WAVE file')
    await refused(wavOf(0x55, 16, 8000, Buffer.alloc(800))).toThrow('format tag 85')
    await refused(writeWav(new Int16Array(0))).toThrow('there is no sound in the file')
    await refused(Buffer.alloc(20 * 1024 * 1024 + 1)).toThrow('at most 20971520 are taken')
    await refused(writeWav(new Int16Array(8000 * 600 + 1))).toThrow('longer than 600 seconds')
    await refused(Buffer.from('ID3 and then nothing of the kind')).toThrow('the MP3 holds no sound')
  })

  it('is refused, and nothing worse, whatever the bytes are', async () => {
    const beginnings = fc.constantFrom(
      Buffer.alloc(0),
      Buffer.from('ID3'),
      Buffer.of(0xff, 0xfb, 0x90),
      wavHeader(90, 8000),
    )
    await fc.assert(
      fc.asyncProperty(beginnings, fc.uint8Array({ maxLength: 2000 }), async (beginning, rest) => {
        const result = await convertVoice(Buffer.concat([beginning, rest])).catch((error: unknown) => error)
        if (result instanceof Error) expect(result).toBeInstanceOf(VoiceRefused)
      }),
      { numRuns: 60 },
    )
  })
})
