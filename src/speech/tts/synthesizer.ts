/** Languages that prompts are spoken in: ISO 639-3 `cmn` is Mandarin; `en` is English. */
export type SpokenLanguage = 'cmn' | 'en'

/** Sound as a synthesiser hands it over: 16-bit mono PCM at its own rate. */
export interface SynthesizedSound {
  readonly samples: Int16Array
  readonly rateHz: number
}

/** The port of text-to-speech. One adapter per file in this folder; `choose-synthesizer.ts` lists them. */
export interface Synthesizer {
  /** What an operator reads in the banner: `espeak-ng 1.51 (program)`. */
  readonly name: string
  /**
   * Everything besides the text that decides how it sounds: engine, version, voices. Part of the cache key, so that
   * another engine never plays the files of the one before.
   */
  readonly identity: string
  /**
   * Speaks one phrase at its normal tempo. The text is plain words, never markup. An empty sound is possible: the
   * engine has no reading for the text.
   * @throws {SynthesisFailed}
   */
  synthesize(text: string, language: SpokenLanguage): Promise<SynthesizedSound>
  /** Ends processes and connections behind it. */
  close(): Promise<void>
}

/** One phrase could not be spoken; the next one may succeed. The message never holds the text. */
export class SynthesisFailed extends Error {
  override readonly name = 'SynthesisFailed'
}
