import { readWav, toMono } from '../media/codec/wav-reader.ts'
import { type Fingerprint, fingerprintOf, frameSeconds } from './fingerprint/fingerprint.ts'

/** A recording cannot be recognised by. The message says why, for the operator. */
export class AnnouncementRefused extends Error {
  override readonly name = 'AnnouncementRefused'
}

/** Shorter sounds are part of too much else. */
const leastSoundSeconds = 1.8
const mostSeconds = 120

/**
 * What a recording is recognised by.
 *
 * @param wav 8 kHz, 16-bit, mono, as `convertVoice` makes it
 * @throws {AnnouncementRefused} when it is too short or too long
 */
export function fingerprintOfWav(wav: Buffer): Fingerprint {
  const samples = toMono(readWav(wav))
  if (samples.length > mostSeconds * 8000) {
    throw new AnnouncementRefused(`the recording is longer than ${mostSeconds} seconds`)
  }
  const print = fingerprintOf(samples)
  const sound = soundSecondsOf(print)
  if (sound < leastSoundSeconds) {
    throw new AnnouncementRefused(`only ${sound.toFixed(1)} s of it sound; ${leastSoundSeconds} s are needed`)
  }
  return print
}

/** Seconds that are not silent. */
export function soundSecondsOf({ weights }: Fingerprint): number {
  return weights.reduce((frames, weight) => frames + (weight > 0 ? 1 : 0), 0) * frameSeconds
}
