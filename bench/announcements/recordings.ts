import { type Announcement, announcementClassNames } from '../../src/recognition/announcement.ts'
import { type Manner, speak } from '../voices/espeak.ts'
import { type Speaker, speakers, strangeWordings, wordings } from './wordings.ts'

/** A synthesised announcement, 8 kHz. */
export interface Recording {
  readonly announcement: Announcement
  readonly sound: Int16Array
}

/** Which languages, and how many speakers of each; absent: all. */
export interface Choice {
  readonly languages?: readonly string[]
  readonly speakers?: number
}

/** Every wording by every speaker: what the library holds. */
export async function recordings(choice: Choice = {}): Promise<Recording[]> {
  const made: Recording[] = []
  for (const [language, texts] of Object.entries(wordings)) {
    if (!isChosen(language, choice)) continue
    for (const speaker of speakers.slice(0, choice.speakers)) {
      for (const of of announcementClassNames) {
        const sound = await speak(mannerOf(language, speaker), texts[of])
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
export async function strangers(choice: Choice = {}): Promise<Int16Array[]> {
  const made: Int16Array[] = []
  for (const [language, texts] of Object.entries(strangeWordings)) {
    if (!isChosen(language, choice)) continue
    for (const speaker of speakers.slice(0, choice.speakers)) {
      for (const text of texts) made.push(await speak(mannerOf(language, speaker), text))
    }
  }
  return made
}

function isChosen(language: string, { languages }: Choice): boolean {
  return languages === undefined || languages.includes(language)
}

function mannerOf(language: string, { variant, pitch, tempo }: Speaker): Manner {
  return { voice: language + variant, pitch, tempo }
}
