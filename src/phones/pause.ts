import type { Clock } from '../lib/clock.ts'

/** The call ended while a step was under way: nothing is wrong, the step just has no purpose any more. */
export class CallOver extends Error {
  override readonly name = 'CallOver'
}

/** Resolves after `ms` milliseconds. @throws {CallOver} as soon as the signal aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return whileAlive(signal, (resolve) => {
    const timer = clock.after(ms, resolve)
    return () => timer.cancel()
  })
}

/** Never resolves. @throws {CallOver} as soon as the signal aborts. */
export function untilOver(signal: AbortSignal): Promise<never> {
  return whileAlive<never>(signal, () => () => {})
}

/**
 * Waits for something that may be overtaken by the end of the call.
 *
 * @param start begins to wait and returns what calls it off
 * @throws {CallOver} as soon as the signal aborts
 */
export function whileAlive<Value>(
  signal: AbortSignal,
  start: (resolve: (value: Value) => void) => () => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new CallOver('the call is over'))
    const stop = start((value) => {
      signal.removeEventListener('abort', over)
      resolve(value)
    })
    const over = () => {
      stop()
      reject(new CallOver('the call is over'))
    }
    signal.addEventListener('abort', over, { once: true })
  })
}
