/** A timer that was set and can be called off. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void
}

/**
 * The only source of time. Everything that waits takes a `Clock`, so that tests can make a minute of ringing last a
 * millisecond (`fakes/fake-clock.ts`).
 */
export interface Clock {
  /** Wall time in milliseconds since 1970-01-01T00:00:00Z. May jump when the machine's clock is set. */
  now(): number
  /** Milliseconds, with a fraction, from an arbitrary start. Never jumps: for durations and deadlines. */
  monotonicMs(): number
  /** Runs `task` once, `delayMs` milliseconds from now. */
  after(delayMs: number, task: () => void): Timer
}

/** The machine's own clock. Its timers keep the process alive until they fire or are cancelled. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs)
    return { cancel: () => clearTimeout(handle) }
  },
}
