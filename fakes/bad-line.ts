import { g711 } from '../src/media/codec/g711.ts'
import { resample } from '../src/media/resample.ts'
import { joinSamples } from '../src/media/tone/join-samples.ts'
import { dbOfPower, meanSquare } from '../src/media/tone/level.ts'
import { makeTone } from '../src/media/tone/make-tone.ts'
import { randomNumbers } from './random-numbers.ts'

const rateHz = 8000

/** What a telephone line does to sound, 8 kHz; nothing changes the sound that is given. */
export type Degradation = (sound: Int16Array) => Int16Array

/** Brings the mean level to `levelDb`; 0 is a full-scale sine, 3 dB above 0 dBm0. */
export function atLevel(levelDb: number): Degradation {
  return (sound) => {
    const gain = 10 ** ((levelDb - dbOfPower(meanSquare(sound, 0, sound.length))) / 20)
    return sound.map((sample) => clipped(sample * gain))
  }
}

/** White noise, so far below the mean level of the sound. */
export function withNoise(snrDb: number, seed = 1): Degradation {
  return (sound) => {
    const random = randomNumbers(seed)
    // Uniform noise has a third of the power of its peak.
    const peak = Math.sqrt(3 * meanSquare(sound, 0, sound.length) * 10 ** (-snrDb / 10))
    return sound.map((sample) => clipped(sample + peak * (2 * random() - 1)))
  }
}

/** There and back through A-law. */
export const companded: Degradation = (sound) => g711('PCMA').decode(g711('PCMA').encode(sound))

/** Another exchange still rings: 450 Hz, a second in five, so far below the mean level of the sound. */
export function withRingback(belowDb: number): Degradation {
  return (sound) => {
    const levelDb = dbOfPower(meanSquare(sound, 0, sound.length)) - belowDb
    const tone = makeTone([450], 1000, levelDb)
    return sound.map((sample, i) => {
      const place = i % (5 * rateHz)
      return place < rateHz ? clipped(sample + (tone[place] ?? 0)) : sample
    })
  }
}

/** A clock that runs `percent` slow: longer, and lower. */
export function slower(percent: number): Degradation {
  return (sound) => resample(sound, rateHz, Math.round(rateHz * (1 + percent / 100)))
}

/** A share of the packets of 20 ms is silence. */
export function withLostPackets(share: number, seed = 1): Degradation {
  return (sound) => {
    const random = randomNumbers(seed)
    const heard = sound.slice()
    for (let at = 0; at < heard.length; at += 160) if (random() < share) heard.fill(0, at, at + 160)
    return heard
  }
}

/** Packets that come too late: holes of 20 to 240 ms, behind which the sound goes on where it was. */
export function withHoles(count: number, seed = 1): Degradation {
  return (sound) => {
    const random = randomNumbers(seed)
    const at = Array.from({ length: count }, () => Math.floor(random() * sound.length)).sort((a, b) => a - b)
    const cuts = [0, ...at, sound.length]
    const parts = cuts.slice(1).flatMap((end, i) => {
      const hole = i < count ? new Int16Array(160 * (1 + Math.floor(random() * 12))) : new Int16Array(0)
      return [sound.subarray(cuts[i], end), hole]
    })
    return joinSamples(parts)
  }
}

/** Heard from so many seconds on. */
export function joinedAfter(seconds: number): Degradation {
  return (sound) => sound.subarray(Math.round(seconds * rateHz))
}

/** One after the other. */
export function all(...degradations: readonly Degradation[]): Degradation {
  return (sound) => degradations.reduce((heard, degrade) => degrade(heard), sound)
}

function clipped(sample: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(sample)))
}
