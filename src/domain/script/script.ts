/** What should happen on the line, as data: written when a call is accepted, done by `engine/steps`. */
export interface Script {
  readonly steps: readonly Step[]
}

/** One stage direction. A new kind is one member here and one file in `engine/steps`. */
export type Step = PlayStep

export interface PlayStep {
  readonly do: 'play'
  readonly prompt: Prompt
  /** Rounds, 1..3. */
  readonly times: number
  /** 0..100. */
  readonly volume: number
  /** Tempo, -500..500; 0 as recorded. */
  readonly speed: number
}

/** What is heard: a stored voice file, or text to be spoken. */
export type Prompt =
  | { readonly kind: 'voice'; readonly voiceCode: string; readonly accountId: string }
  | { readonly kind: 'speech'; readonly segments: readonly SpokenSegment[] }

/**
 * A piece of a spoken prompt. Fixed template text and variables are segments of their own, so that what repeats is
 * synthesised once and cached.
 */
export interface SpokenSegment {
  readonly text: string
  /** `spelled`: one character at a time (verification codes); `fluent`: as a phrase. */
  readonly manner: 'fluent' | 'spelled'
}
