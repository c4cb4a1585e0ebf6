import type { EventEmitter } from 'node:events'
import type { Call } from '../domain/call/call.ts'
import type { CallOutcome } from '../domain/call/call-outcome.ts'
import type { Prompt } from '../domain/script/script.ts'

/** What the engine needs from outside. Adapters live in `carrier`, `speech` and `store`; tests bring fakes. */

/** The way to the telephone network. */
export interface Trunk {
  /** Starts to ring the number and returns at once. */
  dial(request: DialRequest): Leg
  /** How many calls it carries at once. May change while it runs. */
  capacity(): number
}

export interface DialRequest {
  callId: string
  to: string
  /** Empty: the trunk's own number. */
  from: string
}

/** One line to one phone. `ended` is the last event and comes exactly once. */
export interface Leg extends EventEmitter<LegEvents> {
  /**
   * Plays to the far end. Only after `answered`. `stopped`: the signal was aborted, or the line is ending and `ended`
   * is about to tell how.
   */
  play(audio: LegAudio, signal: AbortSignal): Promise<'complete' | 'stopped' | 'failed'>
  hangUp(): void
  describe(): string
}

export interface LegAudio {
  readonly files: readonly string[]
  readonly times: number
  readonly gapMs: number
  readonly volume: number
}

export interface LegEvents {
  ringing: []
  answered: []
  /** The far end presses a key (0-9, A-D, star, hash): once per press, however many ways tell it, as soon as it is down. */
  keyPressed: [key: string]
  ended: [LegEnd]
}

export type LegEnd =
  /** Never answered. */
  | { answered: false; outcome: CallOutcome; sipStatus?: number }
  /** Hung up after the answer. */
  | { answered: true; by: 'callee' | 'here' }
  /** Broke after the answer. */
  | { answered: true; by: 'here'; broken: string }

/** Makes prompts audible. */
export interface Speech {
  /** Files (8 kHz, 16-bit, mono WAV) to play one after the other. @throws {SpeechUnavailable} */
  render(prompt: Prompt, manner: { speed: number }): Promise<{ files: readonly string[]; durationMs: number }>
}

export class SpeechUnavailable extends Error {
  override readonly name = 'SpeechUnavailable'
}

/** The queue of accepted calls. */
export interface CallQueue {
  /**
   * Takes up to `limit` calls that are due, in the order of `dialPriority` and then age. They are on disk as attempted
   * by this node before the promise resolves: none of them is ever handed out again.
   */
  claim(limit: number): Promise<Call[]>
  /**
   * Removes from the queue what waited longer than its product may: they were never dialled. A portion of it, the oldest
   * first; an empty one says that nothing is left.
   */
  expire(product: Call['product'], acceptedBefore: number): Promise<Call[]>
}
