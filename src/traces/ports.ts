/** What traces ask of the rest of the house. Implemented by `store`. */

/** A stretch of a call's trace, packed (`pack-trace.ts`). A long call has several. */
export interface TracePart {
  readonly callId: string
  readonly packed: Buffer
}

/** Where traces are kept, for as many days as the operator wants. */
export interface TraceBook {
  add(parts: readonly TracePart[]): Promise<void>
  /** The parts of one call in the order in which they were added; none when it has no trace, or none any more. */
  read(callId: string): Promise<Buffer[]>
}

/** How far the calls are that traces tell of. */
export interface TracedCalls {
  /** `undefined`: there is no such call, or none any more. `endedAt`: wall milliseconds; absent while it lives. */
  progressOf(callId: string): Promise<{ readonly endedAt?: number } | undefined>
}
