import { sampleRateHz as phoneRateHz } from '../codec/g711.ts'

/**
 * A tone of one or several frequencies, each at the same level: for keys sent in-band, tone-coded prompts and tests.
 *
 * @param levelDb of each frequency; 0 is a full-scale sine, -12 unless told
 */
export function makeTone(
  frequenciesHz: readonly number[],
  durationMs: number,
  levelDb = -12,
  sampleRateHz: number = phoneRateHz,
): Int16Array {
  const amplitude = 32767 * 10 ** (levelDb / 20)
  return Int16Array.from({ length: Math.round((durationMs * sampleRateHz) / 1000) }, (_, i) => {
    const sum = frequenciesHz.reduce((total, hz) => total + Math.sin((2 * Math.PI * hz * i) / sampleRateHz), 0)
    return Math.max(-32768, Math.min(32767, Math.round(amplitude * sum)))
  })
}
