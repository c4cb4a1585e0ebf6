/** Decibels that one step of volume is worth: 100 steps are 40 dB, from as recorded to barely heard. */
const stepDb = 0.4

/**
 * What a volume of 0 … 100 multiplies samples with. Linear in decibels: 100 is as recorded (0 dB), 75 is -10 dB, 50 is
 * -20 dB, 1 is -39.6 dB; 0 is silence. Values beyond the range count as its ends.
 */
export function volumeGain(volume: number): number {
  if (volume <= 0) return 0
  return 10 ** (((Math.min(volume, 100) - 100) * stepDb) / 20)
}

/** Multiplies samples in place; a gain is at most 1, so nothing clips. */
export function applyGain(samples: Int16Array, gain: number): void {
  if (gain === 1) return
  for (let i = 0; i < samples.length; i++) samples[i] = Math.round((samples[i] ?? 0) * gain)
}
