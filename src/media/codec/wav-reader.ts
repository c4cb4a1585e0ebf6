import { g711 } from './g711.ts'
import { formatTags, NotWav, type WavEncoding, type WavFormat } from './wav-format.ts'

/** The audio of a WAV file, whatever its encoding was: 16-bit samples, channels interleaved. */
export interface WavAudio {
  readonly sampleRateHz: number
  readonly channels: number
  readonly samples: Int16Array
}

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits, float of 32 or 64, A-law, µ-law; any rate, any number of channels.
 * A `data` chunk that claims more than there is (a file still being written, or cut off) gives what is there.
 *
 * @throws {NotWav} when it is no RIFF/WAVE file, or one with another encoding
 */
export function readWav(bytes: Uint8Array): WavAudio {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { format, data } = findChunks(file)
  return { sampleRateHz: format.sampleRateHz, channels: format.channels, samples: toSamples(data, format) }
}

/** One channel: the mean of all channels of each moment. */
export function toMono(audio: WavAudio): Int16Array {
  const { channels, samples } = audio
  if (channels === 1) return samples
  const mono = new Int16Array(Math.floor(samples.length / channels))
  for (let i = 0; i < mono.length; i++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += samples[i * channels + channel] ?? 0
    mono[i] = Math.round(sum / channels)
  }
  return mono
}

function findChunks(file: Buffer): { format: WavFormat; data: Buffer } {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new NotWav('not a RIFF/WAVE file')
  }
  let format: WavFormat | undefined
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4)
    const size = file.readUInt32LE(at + 4)
    const body = file.subarray(at + 8, Math.min(at + 8 + size, file.length))
    if (name === 'fmt ') format = readFormat(body)
    if (name === 'data') {
      if (format === undefined) throw new NotWav('its data comes before its format')
      return { format, data: body }
    }
    // Chunks are padded to an even length (RIFF).
    at += 8 + size + (size & 1)
  }
  throw new NotWav(format === undefined ? 'no format chunk' : 'no data chunk')
}

function readFormat(body: Buffer): WavFormat {
  if (body.length < 16) throw new NotWav('its format chunk is cut off')
  const tag = body.readUInt16LE(0)
  // WAVEFORMATEXTENSIBLE: the first two bytes of the sub-format GUID are the tag.
  const effectiveTag = tag === formatTags.extensible && body.length >= 26 ? body.readUInt16LE(24) : tag
  const format = {
    encoding: encodingOf(effectiveTag),
    channels: body.readUInt16LE(2),
    sampleRateHz: body.readUInt32LE(4),
    bitsPerSample: body.readUInt16LE(14),
  }
  if (format.channels === 0) throw new NotWav('it has no channel')
  if (format.sampleRateHz < 1000 || format.sampleRateHz > 768_000) {
    throw new NotWav(`its sample rate is ${format.sampleRateHz} Hz`)
  }
  return format
}

function encodingOf(tag: number): WavEncoding {
  if (tag === formatTags.pcm) return 'pcm'
  if (tag === formatTags.float) return 'float'
  if (tag === formatTags.alaw) return 'alaw'
  if (tag === formatTags.mulaw) return 'mulaw'
  throw new NotWav(`its encoding (format tag ${tag}) is not PCM, float, A-law or µ-law`)
}

function toSamples(data: Buffer, format: WavFormat): Int16Array {
  const { encoding, bitsPerSample } = format
  switch (`${encoding} ${bitsPerSample}`) {
    case 'alaw 8':
      return g711('PCMA').decode(data)
    case 'mulaw 8':
      return g711('PCMU').decode(data)
    case 'pcm 8':
      return collect(data, 1, (at) => (data.readUInt8(at) - 128) << 8)
    case 'pcm 16':
      return collect(data, 2, (at) => data.readInt16LE(at))
    case 'pcm 24':
      return collect(data, 3, (at) => data.readInt16LE(at + 1))
    case 'pcm 32':
      return collect(data, 4, (at) => data.readInt16LE(at + 2))
    case 'float 32':
      return collect(data, 4, (at) => fromFloat(data.readFloatLE(at)))
    case 'float 64':
      return collect(data, 8, (at) => fromFloat(data.readDoubleLE(at)))
    default:
      throw new NotWav(`its samples are ${encoding} of ${bitsPerSample} bits`)
  }
}

function collect(data: Buffer, bytesPerSample: number, read: (at: number) => number): Int16Array {
  const samples = new Int16Array(Math.floor(data.length / bytesPerSample))
  for (let i = 0; i < samples.length; i++) samples[i] = read(i * bytesPerSample)
  return samples
}

function fromFloat(value: number): number {
  if (Number.isNaN(value)) return 0
  return Math.max(-32768, Math.min(32767, Math.round(value * 32767)))
}
