/**
 * The share of a stretch of audio that lies at one frequency, by Goertzel's algorithm: one bin of a Fourier transform
 * for the price of two multiplications a sample.
 *
 * @param start first sample of the stretch, `length` samples long
 * @returns amplitude² of a sine of that frequency, in squared sample units: a full-scale tone gives 32767²
 */
export function tonePower(
  samples: Int16Array,
  start: number,
  length: number,
  frequencyHz: number,
  sampleRateHz: number,
): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / sampleRateHz)
  let last = 0
  let beforeLast = 0
  for (let i = start; i < start + length; i++) {
    const next = (samples[i] ?? 0) + coefficient * last - beforeLast
    beforeLast = last
    last = next
  }
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast
  return (4 * power) / (length * length)
}
