import { open } from 'node:fs/promises'
import { hasCode } from '../lib/error-code.ts'

/** What is in a WAV file that nobody writes any more. */
export interface ClosedWav {
  /** Size of the file. */
  readonly bytes: number
  readonly durationMs: number
}

/** RIFF, `fmt ` of 16 bytes and the head of `data`: the files of the media process begin so. */
const headerBytes = 44
const offsets = { riffBytes: 4, bytesPerSecond: 28, frameBytes: 32, dataBytes: 40 } as const

/**
 * Closes what a process left of a WAV file: its header counts what is there, an incomplete last frame is cut off, and
 * all of it is on disk. A file that is right stays as it is, so that this may be repeated.
 *
 * @returns `undefined` when there is no file, or no audio in it
 * @throws the file system's error
 */
export async function closeWav(path: string): Promise<ClosedWav | undefined> {
  const file = await openUnlessMissing(path)
  if (file === undefined) return undefined
  try {
    const { size } = await file.stat()
    const header = Buffer.alloc(headerBytes)
    const { bytesRead } = await file.read(header, 0, headerBytes, 0)
    const bytesPerSecond = header.readUInt32LE(offsets.bytesPerSecond)
    const frameBytes = header.readUInt16LE(offsets.frameBytes)
    const isWav = bytesRead === headerBytes && header.toString('latin1', 0, 4) === 'RIFF'
    if (!isWav || bytesPerSecond === 0 || frameBytes === 0) return undefined
    const dataBytes = Math.floor((size - headerBytes) / frameBytes) * frameBytes
    if (dataBytes === 0) return undefined
    const bytes = headerBytes + dataBytes
    if (bytes < size) await file.truncate(bytes)
    const said = Buffer.from(header)
    header.writeUInt32LE(bytes - 8, offsets.riffBytes)
    header.writeUInt32LE(dataBytes, offsets.dataBytes)
    if (!header.equals(said)) await file.write(header, 0, headerBytes, 0)
    await file.sync()
    return { bytes, durationMs: (dataBytes / bytesPerSecond) * 1000 }
  } finally {
    await file.close()
  }
}

async function openUnlessMissing(path: string) {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}
