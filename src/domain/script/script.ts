/** What should happen on the line, as data: written when a call is accepted, done by `engine/steps`. */
export interface Script {
  readonly steps: readonly Step[]
}

/** One stage direction. A new kind is one member here and one file in `engine/steps`. */
export type Step = PlayStep | MenuStep | BridgeStep

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

/**
 * Asks for a key, plays what belongs to it, says goodbye. A round is the prompt and a wait; a key stops the prompt. A key
 * of the menu ends the asking; another one begins the next round at once, or goes on waiting when that was the last.
 * Without a key after the last round the call ends as `keyTimeout`. The goodbye is heard either way.
 */
export interface MenuStep {
  readonly do: 'menu'
  readonly prompt: Prompt
  /** 1..3. */
  readonly rounds: number
  /** How long a round waits for a key when its prompt is over, milliseconds. */
  readonly waitMs: number
  /** At most 15, every key once. Empty: any key is taken, and nothing is played for it. */
  readonly choices: readonly MenuChoice[]
  readonly goodbye?: Prompt
}

/** A key of a menu. */
export interface MenuChoice {
  /** 0-9, A-D, star or hash. */
  readonly key: string
  /** Played when the key is pressed; another key of the menu stops it and is chosen instead. */
  readonly prompt?: Prompt
}

/**
 * Rings a second number, its callee, while the one who answered hears ringing, and connects the two until one of them
 * hangs up. The last step of its script.
 */
export interface BridgeStep {
  readonly do: 'bridge'
  /** Digits as they are dialled. */
  readonly to: string
  /** The number shown to the second phone; empty in public mode. */
  readonly show: string
  /** How long they may talk, seconds from the callee's answer; absent: as long as the node lets any call last. */
  readonly maxSeconds?: number
  /** Whether what both say is kept, from the callee's answer on. */
  readonly record: boolean
}

/** The second number that the script rings, if it does. */
export function bridgeOf(script: Script): BridgeStep | undefined {
  return script.steps.find((step) => step.do === 'bridge')
}

/** How many lines the script takes at once. */
export function linesOf(script: Script): number {
  return bridgeOf(script) === undefined ? 1 : 2
}

/** What is heard: a stored voice file, text to be spoken, or a tone of the network for someone who waits. */
export type Prompt =
  | { readonly kind: 'tone'; readonly tone: CallTone }
  | { readonly kind: 'voice'; readonly voiceCode: string; readonly accountId: string }
  | { readonly kind: 'speech'; readonly segments: readonly SpokenSegment[] }

/** Ringing at the far end; the far end is busy or does not answer; the way there is at fault. */
export type CallTone = 'ringback' | 'busy' | 'congestion'

/**
 * A piece of a spoken prompt. Fixed template text and variables are segments of their own, so that what repeats is
 * synthesised once and cached.
 */
export interface SpokenSegment {
  readonly text: string
  /** `spelled`: one character at a time (verification codes); `fluent`: as a phrase. */
  readonly manner: 'fluent' | 'spelled'
}
