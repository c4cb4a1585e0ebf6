import type { Clock } from '../lib/clock.ts'
import { pause } from '../lib/patience.ts'
import { areEndWords } from './end-words.ts'
import type { TracedCalls } from './ports.ts'
import type { TraceEntry } from './trace-entry.ts'

/** A trace is in the store two to three seconds after its call, and a busy store takes a while. */
const patienceMs = 6_000

/** How often the store is asked. */
const lookMs = 250

/** A call that ended longer ago has no trace that is still to come. */
const recentMs = 60_000

export interface AwaitedTrace {
  /** What is in the store by now, in order. */
  read(): Promise<TraceEntry[]>
  progress(): ReturnType<TracedCalls['progressOf']>
  /** Whether traces are kept at all. */
  isKept: boolean
  clock: Clock
  /** Told why it takes a moment, each time before it waits. */
  waits(why: string): void
}

/**
 * Reads the trace of a call, and waits for it when it can still come: of a call that ended within the last minute until the
 * trace tells the end, of a living one until it tells anything; six seconds at most.
 *
 * @returns what there is then, and whether the call lives
 */
export async function readWhenWritten(asked: AwaitedTrace): Promise<{ entries: TraceEntry[]; isAlive: boolean }> {
  const { clock } = asked
  const deadlineMs = clock.monotonicMs() + patienceMs
  for (;;) {
    // In this order: a trace that lacks the end of a call that has ended is not whole yet.
    const progress = await asked.progress()
    const entries = await asked.read()
    const isAlive = progress !== undefined && progress.endedAt === undefined
    const isRecent = isAlive || clock.now() - (progress?.endedAt ?? Number.NEGATIVE_INFINITY) < recentMs
    const isEnough = isAlive
      ? entries.length > 0
      : entries.some((one) => one.kind === 'state' && areEndWords(one.words))
    if (isEnough || !isRecent || !asked.isKept || clock.monotonicMs() >= deadlineMs) return { entries, isAlive }
    asked.waits(isAlive ? 'the call goes on: waiting for the first part of its trace' : 'its trace is being written')
    await pause(clock, lookMs)
  }
}
