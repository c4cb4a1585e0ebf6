/** Frames in which loudness is looked at, milliseconds. */
const frameMs = 5
/** Kept around the sound, so that soft consonants survive the cut. */
const marginMs = 15
/** A frame this far below the loudest one is silence. Amplitude ratio: -40 dB. */
const silenceRatio = 0.01
/** Below this RMS the whole sound is silence: about -66 dB of full scale. */
const inaudibleRms = 16
/** Loudness of the sounding frames that every phrase is brought to: -20 dB of full scale, usual for prompts on a phone line. */
const targetRms = 3277
/** No sample goes beyond: -2 dB of full scale. */
const peakLimit = 26_000
/** A whisper is not made a shout: at most +18 dB. */
const mostGain = 8
/** In and out, against clicks at the joints. */
const fadeMs = 4

/**
 * The part of a sound between its leading and trailing silence, with a short margin on either side.
 * @returns an empty array when nothing is audible
 */
export function trimSilence(samples: Int16Array, rateHz: number): Int16Array {
  const frame = Math.max(1, Math.round((rateHz * frameMs) / 1000))
  const loudness = frameLoudness(samples, frame)
  const loudest = loudness.reduce((most, one) => Math.max(most, one), 0)
  if (loudest < inaudibleRms) return new Int16Array(0)
  const sounding = (rms: number) => rms >= Math.max(inaudibleRms, loudest * silenceRatio)
  const margin = Math.round((rateHz * marginMs) / 1000)
  const first = loudness.findIndex(sounding) * frame - margin
  const last = (loudness.findLastIndex(sounding) + 1) * frame + margin
  return samples.slice(Math.max(0, first), Math.min(samples.length, last))
}

/**
 * Brings a sound to the loudness that all prompts have, measured where it sounds, and fades its ends. Peaks decide when
 * they would be cut. Changes the array it is given.
 */
export function levelLoudness(samples: Int16Array, rateHz: number): Int16Array {
  const frame = Math.max(1, Math.round((rateHz * frameMs) / 1000))
  const loudness = frameLoudness(samples, frame)
  const loudest = loudness.reduce((most, one) => Math.max(most, one), 0)
  if (loudest === 0) return samples
  const sounding = loudness.filter((rms) => rms >= loudest * 0.1)
  const rms = Math.sqrt(sounding.reduce((sum, one) => sum + one * one, 0) / sounding.length)
  const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 1)
  const gain = Math.min(targetRms / rms, peakLimit / peak, mostGain)
  const fade = Math.min(Math.round((rateHz * fadeMs) / 1000), samples.length >> 1)
  for (let i = 0; i < samples.length; i++) {
    const fromEnd = Math.min(i, samples.length - 1 - i)
    const edge = fromEnd < fade ? fromEnd / fade : 1
    samples[i] = Math.round((samples[i] ?? 0) * gain * edge)
  }
  return samples
}

/** RMS of each frame. The last frame may be shorter. */
function frameLoudness(samples: Int16Array, frame: number): number[] {
  return Array.from({ length: Math.ceil(samples.length / frame) }, (_, index) => {
    const part = samples.subarray(index * frame, (index + 1) * frame)
    return Math.sqrt(part.reduce((sum, one) => sum + one * one, 0) / part.length)
  })
}
