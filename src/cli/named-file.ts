import { type FileHandle, open, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { hasCode } from '../lib/error-code.ts'
import { convertVoice } from '../speech/voice/convert-voice.ts'
import { VoiceRefused } from '../speech/voice/voice-limits.ts'
import { reasonOf } from './expected-reason.ts'
import { CommandError } from './output.ts'

/** The VoiceCode of a file: `--code`, else its name. */
export function voiceCodeOf(file: string, { code }: Readonly<Record<string, unknown>>): string {
  return typeof code === 'string' ? code : basename(file)
}

/** The code of the announcement in a file: `--code`, else its name without the ending. */
export function announcementCodeOf(file: string, { code }: Readonly<Record<string, unknown>>): string {
  return typeof code === 'string' ? code : basename(file, extname(file))
}

/** The bytes of a file that was named on the command line. @throws {CommandError} when it cannot be read */
export async function readNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${reasonOf(error)}`)
  }
}

/** Writes a file that was named on the command line. @throws {CommandError} when it cannot be written */
export async function writeNamed(file: string, bytes: Uint8Array, mode = 0o666): Promise<void> {
  try {
    await writeFile(file, bytes, { mode })
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${reasonOf(error)}`)
  }
}

/**
 * Writes a named file that is not there yet, whole or not at all.
 *
 * @throws {CommandError} when it is there, or cannot be made; what reading throws
 */
export async function writeNewNamed(file: string, read: () => Promise<Readable>): Promise<void> {
  const target = await openNew(file)
  try {
    await pipeline(await read(), target.createWriteStream())
  } catch (error) {
    await rm(file, { force: true })
    throw error
  } finally {
    await target.close()
  }
}

async function openNew(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw new CommandError(`${file} exists already: name another file.`)
    throw new CommandError(`${file} cannot be written: ${reasonOf(error)}`)
  }
}

/** A named WAV or MP3 file as it is stored. @throws {CommandError} when it is none, or cannot be read */
export async function readVoice(file: string): Promise<{ wav: Buffer; durationMs: number }> {
  const bytes = await readNamed(file)
  try {
    return await convertVoice(bytes)
  } catch (error) {
    if (error instanceof VoiceRefused) throw new CommandError(`${file}: ${error.message}`)
    throw error
  }
}
