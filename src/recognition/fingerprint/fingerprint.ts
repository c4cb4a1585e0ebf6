import { bandCount, bandEnergies, bandWidths, streamHopSamples, windowSamples } from './band-energies.ts'
import { bitCount } from './bit-count.ts'

/**
 * A recording as a row of frames of {@link frameBits} bits. A bit tells whether a band grew or shrank beside its upper
 * neighbour within 64 ms; that survives level, filters and most noise. The mask says which bits noise will not turn.
 * After Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002), with a mask, logarithmic
 * energies and windows for speech.
 */
export interface Fingerprint {
  readonly bits: Uint32Array
  readonly masks: Uint32Array
  /** Reliable bits per frame; 0 where the recording is silent. */
  readonly weights: Uint8Array
}

/** Written with every stored fingerprint; another number: make it anew from the sound. */
export const fingerprintVersion = 1

export const frameBits = bandCount - 1
/** Frames of a recording per frame of a stream: a stream is never further than 8 ms from a frame. */
export const framesPerStreamFrame = 2
/** Seconds from one frame of a recording to the next. */
export const frameSeconds = streamHopSamples / framesPerStreamFrame / 8000
const hopSamples = streamHopSamples / framesPerStreamFrame
/** Bits compare a frame with the one 64 ms before. */
export const streamFramesBack = 2
const framesBack = streamFramesBack * framesPerStreamFrame
/** The noise that reliable bits must survive, relative to the mean of the recording where it sounds. */
const noiseShare = 10 ** (-12 / 10)
/** Where a frame is this far below the loudest, the recording is silent: 30 dB. */
const silentShare = 1e-3
/** A bit is reliable when its difference is as large as this; a factor of 1.4, 1.5 dB. */
const reliableLog2 = 0.5
/** Frames with fewer reliable bits say nothing. */
const leastBits = 6

/** Makes the fingerprint of a recording: 8 kHz, 16-bit, mono. */
export function fingerprintOf(samples: Int16Array): Fingerprint {
  const count = Math.max(0, Math.floor((samples.length - windowSamples) / hopSamples) + 1)
  const energies = new Float64Array(count * bandCount)
  const totals = new Float64Array(count)
  for (let frame = 0; frame < count; frame++) {
    const window = samples.subarray(frame * hopSamples, frame * hopSamples + windowSamples)
    totals[frame] = bandEnergies(window, energies, frame * bandCount)
  }
  const logs = logarithms(energies, noiseFloors(totals))
  const print = { bits: new Uint32Array(count), masks: new Uint32Array(count), weights: new Uint8Array(count) }
  for (let frame = framesBack; frame < count; frame++) writeFrame(print, frame, logs)
  return print
}

/** The energy of noise in each band: spread evenly over the bins, 12 dB below the recording where it sounds. */
function noiseFloors(totals: Float64Array): Float64Array {
  const loudest = totals.reduce((most, total) => Math.max(most, total), 0)
  let sum = 0
  let frames = 0
  for (const total of totals) {
    if (total < loudest * silentShare) continue
    sum += total
    frames++
  }
  const bins = bandWidths.reduce((total, width) => total + width, 0)
  const perBin = (sum / Math.max(1, frames)) * (noiseShare / bins)
  return Float64Array.from(bandWidths, (width) => perBin * width + 1)
}

function logarithms(energies: Float64Array, floors: Float64Array): Float64Array {
  return energies.map((energy, i) => Math.log2(energy + (floors[i % bandCount] ?? 0)))
}

function writeFrame(print: Fingerprint, frame: number, logs: Float64Array): void {
  const now = frame * bandCount
  const before = (frame - framesBack) * bandCount
  let bits = 0
  let mask = 0
  for (let band = 0; band < frameBits; band++) {
    const grown = change(logs, now, before, band)
    if (grown > 0) bits |= 1 << band
    if (Math.abs(grown) >= reliableLog2) mask |= 1 << band
  }
  const weight = bitCount(mask)
  if (weight < leastBits) return
  print.bits[frame] = bits
  print.masks[frame] = mask
  print.weights[frame] = weight
}

/** How much a band has grown beside its upper neighbour, as a power of two. */
function change(logs: Float64Array, now: number, before: number, band: number): number {
  const at = (frame: number) => (logs[frame + band] ?? 0) - (logs[frame + band + 1] ?? 0)
  return at(now) - at(before)
}
