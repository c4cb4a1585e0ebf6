import { wavHeader } from '../src/media/codec/wav-format.ts'

/** A two-channel recording as the media process writes it: 8 kHz, 16-bit; samples count up on the left, down on the right. */
export function stereoWav(durationMs: number): Buffer {
  const frames = durationMs * 8
  const samples = Buffer.alloc(frames * 4)
  for (let frame = 0; frame < frames; frame++) {
    samples.writeInt16LE(frame % 20_000, frame * 4)
    samples.writeInt16LE(-(frame % 20_000), frame * 4 + 2)
  }
  return Buffer.concat([wavHeader(samples.length, 8_000, 2), samples])
}
