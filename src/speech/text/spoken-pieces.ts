import type { SpokenSegment } from '../../domain/script/script.ts'
import type { SpokenLanguage } from '../tts/synthesizer.ts'
import { mandarinReading } from './mandarin-reading.ts'
import { spelledCharacter } from './spelled-characters.ts'

/**
 * What a prompt is made of once it is cut for the cache: phrases, each in one language, and silences. The same words
 * give the same pieces wherever they stand, so that a template's fixed text and the ten digits are synthesised once.
 */
export type Piece =
  | { readonly kind: 'phrase'; readonly text: string; readonly language: SpokenLanguage; readonly gapMs: number }
  | { readonly kind: 'silence'; readonly durationMs: number }

/** Silence that belongs to a phrase, so that what follows sounds neither glued on nor torn off. */
const phraseGapMs = 30
/** Silence after each spelled character: time to write it down. */
const spelledGapMs = 120

const sentencePauseMs = 400
const clausePauseMs = 200
/** A dash or blank inside a code: `12-34` is said in two groups. */
const groupPauseMs = 250

/** Longer phrases are cut at a clause, so that one synthesis stays short. Characters. */
const longestPhrase = 120

/** Digit runs of this length are read one by one: order and telephone numbers, not quantities. */
const longestQuantityDigits = 6

/**
 * Cuts a prompt into pieces. The language of digits and of spelled characters is that of the whole prompt: Mandarin as
 * soon as one Han character stands in it, else English; Latin words are English in both.
 */
export function spokenPieces(segments: readonly SpokenSegment[]): Piece[] {
  const cleaned = segments.map((segment) => ({ ...segment, text: cleanText(segment.text) }))
  const language: SpokenLanguage = cleaned.some(({ text }) => /\p{Script=Han}/u.test(text)) ? 'cmn' : 'en'
  const pieces = cleaned.flatMap(({ text, manner }) =>
    manner === 'spelled' ? spelledPieces(text, language, true) : fluentPieces(text, language),
  )
  return joinSilences(pieces)
}

/**
 * Compatibility form (full-width digits become digits), without control characters, and without the double brackets
 * between which espeak-ng expects phoneme names instead of text.
 */
function cleanText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]+/gu, ' ')
    .replace(/\[\[|\]\]/g, ' ')
}

/** @param setOff whether the group stands between two pauses, as a code does. */
function spelledPieces(text: string, language: SpokenLanguage, setOff: boolean): Piece[] {
  const pieces = [...text].map((character): Piece => {
    const spelled = spelledCharacter(character, language)
    if (spelled === undefined) return { kind: 'silence', durationMs: groupPauseMs }
    return { kind: 'phrase', ...spelled, gapMs: spelledGapMs }
  })
  if (!setOff || pieces.length === 0) return pieces
  const pause: Piece = { kind: 'silence', durationMs: clausePauseMs }
  return [pause, ...pieces, pause]
}

function fluentPieces(text: string, language: SpokenLanguage): Piece[] {
  const pieces: Piece[] = []
  for (const sentence of text.split(/(?<=[。!?;…]|\.(?=\s|$))/u)) {
    for (const part of splitLongNumbers(sentence)) {
      if (part.isLongNumber) pieces.push(...spelledPieces(part.text, language, false))
      else for (const run of splitByScript(part.text, language)) pieces.push(...phrasePieces(run.text, run.language))
    }
  }
  return pieces
}

/** Sets digit runs apart that are names of something rather than amounts: long ones, and those with a leading zero. */
function splitLongNumbers(text: string): { text: string; isLongNumber: boolean }[] {
  const longNumber = new RegExp(`(\\d{${longestQuantityDigits + 1},}|(?<![\\d.:])0\\d+(?![\\d:]))`)
  return text.split(longNumber).map((part, index) => ({ text: part, isLongNumber: index % 2 === 1 }))
}

/**
 * Cuts where the script changes between Han and other letters. Digits go with the prompt's language; blanks and
 * punctuation stay with what stands before them.
 */
function splitByScript(text: string, language: SpokenLanguage): { text: string; language: SpokenLanguage }[] {
  const runs: { text: string; language: SpokenLanguage }[] = []
  for (const character of text) {
    const last = runs.at(-1)
    const own = languageOf(character, language) ?? last?.language ?? language
    if (last?.language === own) last.text += character
    else runs.push({ text: character, language: own })
  }
  return runs
}

function languageOf(character: string, language: SpokenLanguage): SpokenLanguage | undefined {
  if (/\p{Script=Han}/u.test(character)) return 'cmn'
  if (/\p{N}/u.test(character)) return language
  if (/\p{L}/u.test(character)) return 'en'
  return undefined
}

/** A run of one language as pieces: its outer punctuation becomes silence, its words one phrase or a few. */
function phrasePieces(run: string, language: SpokenLanguage): Piece[] {
  const words = /(?:[\p{L}\p{N}\p{Sc}]|-(?=\d)).*[\p{L}\p{M}\p{N}\p{Sc}%°]|[\p{L}\p{N}]/su.exec(run)
  if (words === null) return pauseOf(run)
  const before = run.slice(0, words.index)
  const after = run.slice(words.index + words[0].length)
  const text = language === 'cmn' ? mandarinReading(words[0]) : questionKept(words[0], after)
  const phrases = cutLongPhrase(text.replace(/\s+/gu, ' ')).map(
    (phrase): Piece => ({ kind: 'phrase', text: phrase, language, gapMs: phraseGapMs }),
  )
  return [...pauseOf(before), ...phrases, ...pauseOf(after)]
}

/** English asks by its melody: the mark stays with the words. */
function questionKept(words: string, after: string): string {
  return after.startsWith('?') ? `${words}?` : words
}

function pauseOf(punctuation: string): Piece[] {
  if (/[。.!?;…]/u.test(punctuation)) return [{ kind: 'silence', durationMs: sentencePauseMs }]
  if (/[,、:—\n]/u.test(punctuation)) return [{ kind: 'silence', durationMs: clausePauseMs }]
  return []
}

function cutLongPhrase(text: string): string[] {
  const characters = [...text]
  if (characters.length <= longestPhrase) return [text]
  const head = characters.slice(0, longestPhrase).join('')
  const clauseEnd = Math.max(...[',', '，', '、', ' '].map((mark) => head.lastIndexOf(mark)))
  const cutAt = clauseEnd > 0 ? clauseEnd + 1 : head.length
  return [text.slice(0, cutAt).trim(), ...cutLongPhrase(text.slice(cutAt).trim())].filter((phrase) => phrase !== '')
}

/** Neighbouring silences become the longest of them; none is left at either end. */
function joinSilences(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (piece.kind === 'silence' && (last === undefined || last.kind === 'silence')) {
      if (last?.kind === 'silence' && last.durationMs < piece.durationMs) joined[joined.length - 1] = piece
      continue
    }
    joined.push(piece)
  }
  if (joined.at(-1)?.kind === 'silence') joined.pop()
  return joined
}
