import { keys, keyTones } from '../../src/media/dtmf/keys.ts'
import { normal } from './normal.ts'

/** How a key reaches us. Levels are decibels against a full-scale sine. */
export interface Press {
  readonly key: string
  readonly holdMs: number
  readonly levelDb: number
  /** High tone against low tone, decibels. */
  readonly twistDb: number
  /** Both tones off their nominal frequencies, a share. */
  readonly offShare: number
  /** White noise under the tones, decibels below them; `undefined`: none. */
  readonly signalToNoiseDb: number | undefined
}

/** The worst that ITU-T Q.24 and a bad line ask for, drawn anew each time. */
export function drawPress(random: () => number): Press {
  const between = (from: number, to: number) => from + random() * (to - from)
  return {
    key: keys[Math.floor(random() * keys.length)] ?? '1',
    holdMs: between(40, 150),
    levelDb: between(-30, -6),
    twistDb: between(-6, 6),
    offShare: between(-0.015, 0.015),
    signalToNoiseDb: between(15, 30),
  }
}

const restMs = 80

/** The press and the rest after it, 8 kHz. It begins anywhere in a window of the detector. */
export function soundOf(press: Press, random: () => number): Int16Array {
  const [lowHz = 697, highHz = 1209] = keyTones[press.key] ?? []
  const before = Math.floor(random() * 160)
  const hold = Math.round(press.holdMs * 8)
  const amplitude = 32767 * 10 ** (press.levelDb / 20)
  const low = amplitude * 10 ** (-Math.max(0, press.twistDb) / 20)
  const high = amplitude * 10 ** (-Math.max(0, -press.twistDb) / 20)
  const noise =
    press.signalToNoiseDb === undefined
      ? 0
      : Math.sqrt((low * low + high * high) / 2) * 10 ** (-press.signalToNoiseDb / 20)
  const angle = (hz: number) => (2 * Math.PI * hz * (1 + press.offShare)) / 8000
  return Int16Array.from({ length: before + hold + restMs * 8 }, (_, i) => {
    const at = i - before
    const isHeld = at >= 0 && at < hold
    const tone = isHeld ? low * Math.sin(angle(lowHz) * at) + high * Math.sin(angle(highHz) * at) : 0
    return Math.max(-32768, Math.min(32767, Math.round(tone + noise * normal(random))))
  })
}
