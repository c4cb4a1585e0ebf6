/** Mean square of a stretch, in squared sample units: half of `tonePower` for a pure tone. */
export function meanSquare(samples: Int16Array, start: number, length: number): number {
  let sum = 0
  for (let i = start; i < start + length; i++) sum += (samples[i] ?? 0) ** 2
  return length === 0 ? 0 : sum / length
}

/** Mean square of a full-scale sine. */
const fullScale = 32767 ** 2 / 2

/** Decibels of a mean square; 0 is a full-scale sine, silence is -100 at least. */
export function dbOfPower(power: number): number {
  return Math.max(-100, 10 * Math.log10(Math.max(power, 1e-3) / fullScale))
}

/** The mean square that {@link dbOfPower} gives as `db`. */
export function powerOfDb(db: number): number {
  return fullScale * 10 ** (db / 10)
}
