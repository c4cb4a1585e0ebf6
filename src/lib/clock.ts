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
  /** Runs `task` once, `delayMs` milliseconds from now, however long that is. */
  after(delayMs: number, task: () => void): Timer
}

/** What the machine's timers can count, milliseconds: one that is asked for longer fires at once. */
const longestTimerMs = 2 ** 31 - 1

/** The machine's own clock. Its timers keep the process alive until they fire or are cancelled. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    let handle: NodeJS.Timeout
    const wait = (leftMs: number) => {
      handle =
        leftMs > longestTimerMs
          ? setTimeout(() => wait(leftMs - longestTimerMs), longestTimerMs)
          : setTimeout(task, leftMs)
    }
    wait(delayMs)
    return { cancel: () => clearTimeout(handle) }
  },
}
