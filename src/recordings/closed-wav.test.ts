import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { stereoWav } from '../../fakes/stereo-wav.ts'
import { closeWav } from './closed-wav.ts'

const folder = mkdtempSync(join(tmpdir(), 'yuyin-wav-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(bytes: Buffer): string {
  const path = join(folder, 'a.wav')
  writeFileSync(path, bytes)
  return path
}

describe('closing a WAV file', () => {
  it('leaves one that is whole as it is', async () => {
    const whole = stereoWav(1_500)
    expect(await closeWav(fileOf(whole))).toEqual({ bytes: whole.length, durationMs: 1_500 })
    expect(readFileSync(join(folder, 'a.wav')).equals(whole)).toBe(true)
  })

  it('makes one that was cut anywhere whole: nothing of its frames is lost, and once is enough', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 48, max: stereoWav(100).length }),
        fc.oneof(fc.nat(0xffff_ffff), fc.nat(20)),
        async (cut, said) => {
          const whole = stereoWav(100)
          const left = whole.subarray(0, cut)
          left.writeUInt32LE(said, 4)
          left.writeUInt32LE(said, 40)
          const path = fileOf(left)
          const frames = Math.floor((cut - 44) / 4)
          const closed = { bytes: 44 + frames * 4, durationMs: frames / 8 }
          expect(await closeWav(path)).toEqual(closed)
          const mended = readFileSync(path)
          expect(mended.readUInt32LE(40)).toBe(frames * 4)
          expect(mended.readUInt32LE(4)).toBe(36 + frames * 4)
          expect(mended.subarray(44).equals(whole.subarray(44, closed.bytes))).toBe(true)
          expect(await closeWav(path)).toEqual(closed)
          expect(statSync(path).size).toBe(closed.bytes)
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['half a header', stereoWav(0).subarray(0, 20)],
    ['a header alone', stereoWav(0)],
    ['half a frame', stereoWav(10).subarray(0, 46)],
    ['something else', Buffer.alloc(500, 'x')],
  ])('finds no audio in %s', async (_, bytes) => {
    expect(await closeWav(fileOf(bytes))).toBeUndefined()
  })

  it('finds none where there is no file', async () => {
    expect(await closeWav(join(folder, 'missing.wav'))).toBeUndefined()
  })
})
