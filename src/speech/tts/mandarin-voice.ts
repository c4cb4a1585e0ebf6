/**
 * Voices of espeak-ng that may speak Mandarin, best first. In some releases (1.51, Debian 12) `cmn` reads its own
 * pinyin as English, 码 becomes "ma three"; there the voice that takes Latin text for pinyin is right.
 */
const mandarinVoices = ['cmn', 'cmn-latn-pinyin'] as const

export type MandarinVoice = (typeof mandarinVoices)[number]

/** Three characters that a broken voice gives away: every one of them would change to English. */
const probeText = '您好码'

/**
 * The first voice whose phonemes of a Mandarin phrase stay Mandarin: espeak-ng marks a change of language with the
 * name of the other one in parentheses.
 *
 * @param phonemesOf what the engine would say; `undefined` for a voice that it does not have
 * @returns `undefined` when this engine cannot speak Mandarin
 * @throws what `phonemesOf` throws
 */
export async function firstMandarinVoice(
  phonemesOf: (voice: MandarinVoice, text: string) => Promise<string | undefined>,
): Promise<MandarinVoice | undefined> {
  for (const voice of mandarinVoices) {
    const phonemes = (await phonemesOf(voice, probeText)) ?? ''
    if (phonemes.trim() !== '' && !phonemes.includes('(en')) return voice
  }
  return undefined
}

/** The English voice of espeak-ng. */
export const englishVoice = 'en-us'
