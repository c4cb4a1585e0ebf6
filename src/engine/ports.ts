import type { EventEmitter } from 'node:events'
import type { Call } from '../domain/call/call.ts'
import type { CallOutcome } from '../domain/call/call-outcome.ts'
import type { EarlyMediaFinding } from '../domain/call/early-media.ts'
import type { Prompt } from '../domain/script/script.ts'

/** What the engine needs from outside. Adapters live in `carrier`, `speech` and `store`; tests bring fakes. */

/** The way to the telephone network. */
export interface Trunk {
  /** Starts to ring the number and returns at once. */
  dial(request: DialRequest): Leg
  /** How many more legs it can take now: those that it dialled and that have not ended are counted already. */
  capacity(): number
  /**
   * Whether these could be dialled, beside each other: the first now, the others as soon as calls per second let them, for
   * which their owner waits. `full`: not now; the call may wait in the queue.
   * `forbidden`: never, no trunk may carry one of them. Absent: whatever there is capacity for can be dialled.
   */
  linesFor?(requests: readonly DialRequest[]): 'free' | 'full' | 'forbidden'
}

export interface DialRequest {
  callId: string
  to: string
  /** Empty: the trunk's own number. */
  from: string
}

/** One line to one phone. `ended` is the last event and comes exactly once. */
export interface Leg extends EventEmitter<LegEvents> {
  /** Name of the trunk that carries it, or carried it last; `undefined`: none did. */
  readonly trunk?: string | undefined
  /**
   * Plays to the far end. Only after `answered`. `stopped`: the signal was aborted, or the line is ending and `ended`
   * is about to tell how. `failed`: it cannot be heard; never rejects.
   */
  play(audio: LegAudio, signal: AbortSignal): Promise<'complete' | 'stopped' | 'failed'>
  /**
   * Connects two legs, both ways, until the signal is aborted or one of them ends. This one is answered; the other is, or
   * sends early media. Hangs up neither. `stopped`: by the signal, or a leg is ending. `failed`: they cannot be connected.
   */
  bridge(other: Leg, signal: AbortSignal): Promise<'stopped' | 'failed'>
  /**
   * Writes a two-channel WAV. Left: this far end. Right: that of `other`, or without one what is played to this one. Stops
   * by itself when this leg ends.
   */
  record(file: string, other?: Leg): Promise<LegRecording>
  /**
   * What comes from the far end from now on, or before the answer from the network: 8 kHz, 16-bit, mono, about 100 ms a
   * piece. Returns how to stop; stops by itself when the leg ends.
   */
  listen(hear: (pcm: Int16Array) => void): Promise<() => void>
  hangUp(): void
  describe(): string
}

/** A recording that is being written. */
export interface LegRecording {
  /** Closes the file, also after the leg has ended. Stopping twice is stopping once. */
  stop(): Promise<{ durationMs: number }>
}

export interface LegAudio {
  readonly files: readonly string[]
  readonly times: number
  readonly gapMs: number
  readonly volume: number
}

export interface LegEvents {
  ringing: []
  /** The network sends audio before the answer (RFC 3960): `listen` works from here on. At most once. */
  earlyMedia: []
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
  /** Broke after the answer, on our side. */
  | { answered: true; by: 'here'; broken: string }
  /** The far end vanished: it sent nothing any more, its session timer ran out, its transport is gone. */
  | { answered: true; by: 'network'; broken: string }

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
   * Takes calls that are due, in the order of `dialPriority` and then age, as many as `lines` lines can carry (`linesOf`).
   * They are on disk as attempted by this node before the promise resolves: none of them is ever handed out again.
   *
   * One that needs more lines than are left lets none behind it pass: otherwise a busy trunk would never have two lines
   * for it. `allFree` says that no more will become free by waiting: then the first is handed out whatever it needs (false when
   * absent).
   */
  claim(lines: number, allFree?: boolean): Promise<Call[]>
  /**
   * Removes from the queue what waited longer than its product may: they were never dialled. A portion of it, the oldest
   * first; an empty one says that nothing is left.
   */
  expire(product: Call['product'], acceptedBefore: number): Promise<Call[]>
  /**
   * Gives calls back that were taken and for which nothing was sent: each is handed out again, not before `notBefore`,
   * wall milliseconds.
   *
   * @returns those that were called off meanwhile: they are not in the queue, and are to be ended as `cancelled`
   */
  putBack(returned: readonly { readonly call: Call; readonly notBefore: number }[]): Promise<Call[]>
}

/** Calls that their account calls off. */
export interface CallOffs {
  /** Calls the listener for each one that concerns this node, as soon as it is on disk. @returns what takes it off again */
  onCalledOff(listener: (off: CallOff) => void): () => void
  /** Ids of calls on the line of this node that were called off; some may have ended meanwhile. */
  calledOffHere(): Promise<string[]>
}

export type CallOff =
  /** It still waited in the queue. It is this node's now: to be ended as `cancelled`, never to be dialled. */
  | { readonly kind: 'queued'; readonly call: Call }
  /** It is on the line of this node, or about to be. */
  | { readonly kind: 'live'; readonly callId: string }

/** Where the recording of a call is written on this node. */
export interface RecordingShelf {
  /** @returns the path of an empty file for its owner only @throws when there is no room for another one */
  begin(call: Call): Promise<string>
}

/** Understands what the network plays before the answer. Implemented by `recognition`. */
export interface NetworkEar {
  /**
   * Begins to listen to one call.
   *
   * @param onFinding told at most once, as soon as it is certain, from within `hear`
   */
  begin(callId: string, onFinding: (finding: EarlyMediaFinding) => void): NetworkHearing
}

/** One call that is being listened to. */
export interface NetworkHearing {
  /** What came from the network: 8 kHz, 16-bit, mono, in order, pieces of any size; silence where packets were lost. */
  hear(pcm: Int16Array): void
  /** Ends it. @returns what was found; `undefined`: nothing but silence or ringback was heard */
  end(): EarlyMediaFinding | undefined
}

export type { EarlyMediaFinding }
