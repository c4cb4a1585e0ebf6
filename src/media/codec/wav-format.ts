/** What a reader throws when bytes are not a WAV file it can use. The message says what was found. */
export class NotWav extends Error {
  override readonly name = 'NotWav'
}

/** The `fmt ` chunk: how samples are laid out in the `data` chunk. */
export interface WavFormat {
  readonly encoding: WavEncoding
  readonly channels: number
  readonly sampleRateHz: number
  readonly bitsPerSample: number
}

export type WavEncoding = 'pcm' | 'float' | 'alaw' | 'mulaw'

/** WAVE_FORMAT_… tags of the format registry (RFC 2361). 0xfffe carries the real tag in its extension. */
export const formatTags = { pcm: 1, float: 3, alaw: 6, mulaw: 7, extensible: 0xfffe } as const

/** Bytes before the samples in the files that we write: RIFF, `fmt ` of 16 bytes, `data`. */
export const wavHeaderBytes = 44

/** Header of a 16-bit PCM file that holds `dataBytes` bytes of samples, channels interleaved. */
export function wavHeader(dataBytes: number, sampleRateHz: number, channels = 1): Buffer {
  const header = Buffer.alloc(wavHeaderBytes)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(wavHeaderBytes - 8 + dataBytes, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(formatTags.pcm, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(sampleRateHz, 24)
  header.writeUInt32LE(sampleRateHz * 2 * channels, 28)
  header.writeUInt16LE(2 * channels, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(dataBytes, 40)
  return header
}
