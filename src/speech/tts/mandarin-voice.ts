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
 * @param phonemesOf what the engine would say; it may throw for a voice that it does not have
 * @returns `undefined` when this engine cannot speak Mandarin
 */
export async function firstMandarinVoice(
  phonemesOf: (voice: MandarinVoice, text: string) => Promise<string>,
): Promise<MandarinVoice | undefined> {
  for (const voice of mandarinVoices) {
    // A voice that the engine does not have is no failure: the next one may do.
    const phonemes = await phonemesOf(voice, probeText).catch(() => '')
    if (phonemes.trim() !== '' && !phonemes.includes('(en')) return voice
  }
  return undefined
}

/** The English voice of espeak-ng. */
export const englishVoice = 'en-us'
