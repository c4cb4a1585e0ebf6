import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sampleRateHz as phoneRateHz } from '../media/codec/g711.ts'
import { NotWav } from '../media/codec/wav-format.ts'
import { readWav, toMono } from '../media/codec/wav-reader.ts'
import { writeWav } from '../media/codec/wav-writer.ts'
import { resample } from '../media/resample.ts'
import { toneWav } from './network-tones.ts'
import { audioFileName } from './parse-script.ts'
import { filesOf, type PhoneScript, type Sound, speaks, type ToneName, toneNames } from './phone-script.ts'
import { ScriptError } from './script-values.ts'

/** Makes spoken text audible. @returns a WAV of 8 kHz, 16-bit, mono */
export type Speak = (text: string) => Promise<{ file: string }>

/** Turns what a script names into files that the media layer plays. */
export interface PhoneSounds {
  readonly canSpeak: boolean
  /** Absolute path of a WAV file. @throws when the voice fails */
  fileOf(sound: Sound): Promise<string>
  /** Stores a WAV file of any rate and encoding for `play` and `earlyMedia`. @throws {ScriptError} when it is none */
  keep(name: string, wav: Buffer): Promise<void>
  /** Refuses a script that needs a voice or files that are not there. @throws {ScriptError} saying what to do */
  check(script: PhoneScript): Promise<void>
}

/** @param folder where the audio of the phones lies; made when it is missing */
export async function openSounds(folder: string, speak: Speak | undefined): Promise<PhoneSounds> {
  const tonesFolder = join(folder, 'tones')
  await mkdir(tonesFolder, { recursive: true })
  const tonePath = (tone: ToneName) => join(tonesFolder, `${tone}.wav`)
  await Promise.all(toneNames.map((tone) => writeFile(tonePath(tone), toneWav(tone))))

  return {
    canSpeak: speak !== undefined,

    async fileOf(sound) {
      if (sound.kind === 'tone') return tonePath(sound.tone)
      if (sound.kind === 'file') return join(folder, sound.file)
      if (speak === undefined) throw new ScriptError(noVoice)
      return (await speak(sound.text)).file
    },

    async keep(name, wav) {
      if (!audioFileName.test(name)) {
        throw new ScriptError('the name must be letters, digits, ".", "_" or "-" and end in .wav')
      }
      const converted = playable(wav)
      // Written beside and renamed: a call that plays the old file is not cut off.
      const temporary = join(tonesFolder, `.${name}.${process.pid}`)
      await writeFile(temporary, converted)
      await rename(temporary, join(folder, name))
    },

    async check(script) {
      if (speaks(script) && speak === undefined) throw new ScriptError(noVoice)
      for (const file of filesOf(script)) {
        const isThere = await access(join(folder, file)).then(
          () => true,
          () => false,
        )
        if (!isThere) {
          throw new ScriptError(`there is no audio file ${file}; upload it first: PUT /phones/audio/${file}`)
        }
      }
    },
  }
}

const noVoice =
  'this node has no speech synthesiser, so a phone cannot "say" anything; use {"play":"file.wav"} instead, or install one (yuyin doctor tells how)'

/** Any WAV becomes what the media layer plays. */
function playable(wav: Buffer): Buffer {
  try {
    const audio = readWav(wav)
    if (audio.samples.length === 0) throw new NotWav('there is no audio in it')
    return writeWav(resample(toMono(audio), audio.sampleRateHz, phoneRateHz))
  } catch (error) {
    if (error instanceof NotWav) throw new ScriptError(`a WAV file is needed: ${error.message}`)
    throw error
  }
}
