import type { SpokenLanguage } from '../tts/synthesizer.ts'

/** How one character of a code is said. */
export interface SpelledCharacter {
  readonly text: string
  readonly language: SpokenLanguage
}

/**
 * Digits of a code in Mandarin. One is said 幺 (yāo), as codes and telephone numbers are read aloud: 一 (yī) is too
 * close to 七 (qī) on a narrow line. Two is 二, never 两, which counts things.
 */
const mandarinDigits = ['零', '幺', '二', '三', '四', '五', '六', '七', '八', '九'] as const

const englishDigits = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const

/**
 * The word for one character of a spelled text: digits as digit words of the prompt's language, Latin letters by their
 * English names in either language, in capitals (`a` and `A` sound alike and share one cached file).
 *
 * @param character one code point, already in compatibility form (NFKC)
 * @returns `undefined` for what has no sound: blanks, dashes, punctuation
 */
export function spelledCharacter(character: string, language: SpokenLanguage): SpelledCharacter | undefined {
  const digits = language === 'cmn' ? mandarinDigits : englishDigits
  const digit = /^[0-9]$/.test(character) ? digits[Number(character)] : undefined
  if (digit !== undefined) return { text: digit, language }
  if (!/^[\p{L}\p{N}]$/u.test(character)) return undefined
  if (/\p{Script=Han}/u.test(character)) return { text: character, language: 'cmn' }
  return { text: character.toUpperCase(), language: 'en' }
}
