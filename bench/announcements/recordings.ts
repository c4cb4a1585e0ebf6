import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { readWav, toMono } from '../../src/media/codec/wav-reader.ts'
import { resample } from '../../src/media/resample.ts'
import { type Announcement, announcementClassNames } from '../../src/recognition/announcement.ts'
import { type Speaker, speakers, strangeWordings, wordings } from './wordings.ts'

/** A synthesised announcement, 8 kHz. */
export interface Recording {
  readonly announcement: Announcement
  readonly sound: Int16Array
}

/** Every wording by every speaker: what the library holds. */
export async function recordings(): Promise<Recording[]> {
  const made: Recording[] = []
  for (const [language, texts] of Object.entries(wordings)) {
    for (const speaker of speakers) {
      for (const of of announcementClassNames) {
        const sound = await speak(language, speaker, texts[of])
        const label = language + speaker.variant
        made.push({
          announcement: { code: `${of}.${label}`, class: of, label, durationMs: Math.round(sound.length / 8) },
          sound,
        })
      }
    }
  }
  return made
}

/** The same speakers with endings that the library does not have. */
export async function strangers(): Promise<Int16Array[]> {
  const made: Int16Array[] = []
  for (const [language, texts] of Object.entries(strangeWordings)) {
    for (const speaker of speakers) for (const text of texts) made.push(await speak(language, speaker, text))
  }
  return made
}

async function speak(language: string, { variant, pitch, tempo }: Speaker, text: string): Promise<Int16Array> {
  const args = ['-b', '1', '-v', language + variant, '-p', String(pitch), '-s', String(tempo), '--stdout', text]
  const { stdout } = await promisify(execFile)('espeak-ng', args, { encoding: 'buffer', maxBuffer: 40_000_000 })
  const wav = readWav(stdout)
  return resample(toMono(wav), wav.sampleRateHz, 8000)
}
