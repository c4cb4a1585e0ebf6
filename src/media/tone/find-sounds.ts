import { sampleRateHz as phoneRateHz } from '../codec/g711.ts'
import { dbOfPower, meanSquare, powerOfDb } from './level.ts'

/** A stretch of a recording that is not silent. */
export interface Sound {
  fromMs: number
  toMs: number
  /** Mean level of the stretch; 0 is a full-scale sine. */
  levelDb: number
}

export interface FindSoundsOptions {
  sampleRateHz?: number
  /** Below this it is silence; -45 dB unless told (the noise of G.711 and a quiet room lie under it). */
  floorDb?: number
  /** Pauses up to this belong to the sound; 200 ms unless told (the pauses between words). */
  bridgeMs?: number
}

const blockMs = 10

/** When something is heard, and how loud. What lies between two sounds is silence. Edges are right to 10 ms. */
export function findSounds(samples: Int16Array, options: FindSoundsOptions = {}): Sound[] {
  const rate = options.sampleRateHz ?? phoneRateHz
  const floor = powerOfDb(options.floorDb ?? -45)
  const bridgeMs = options.bridgeMs ?? 200
  const block = Math.round((rate * blockMs) / 1000)
  const sounds: (Sound & { power: number; blocks: number })[] = []
  for (let start = 0; start < samples.length; start += block) {
    const power = meanSquare(samples, start, Math.min(block, samples.length - start))
    if (power < floor) continue
    const fromMs = Math.round((start / rate) * 1000)
    const toMs = Math.round((Math.min(start + block, samples.length) / rate) * 1000)
    const last = sounds.at(-1)
    if (last !== undefined && fromMs - last.toMs <= bridgeMs) {
      last.toMs = toMs
      last.power += power
      last.blocks++
    } else sounds.push({ fromMs, toMs, levelDb: 0, power, blocks: 1 })
  }
  return sounds.map(({ fromMs, toMs, power, blocks }) => ({
    fromMs,
    toMs,
    levelDb: Math.round(dbOfPower(power / blocks) * 10) / 10,
  }))
}
