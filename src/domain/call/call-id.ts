import type { Clock } from '../../lib/clock.ts'
import type { CallId } from './call.ts'

/** A CallId: `<12 digits>^<12 digits>`. */
export const callIdPattern = /^\d{12}\^\d{12}$/

/** How many nodes' generators can be told apart. */
export const callIdInstances = 10_000_000

const sequencePerMs = 10_000

/**
 * Makes CallIds that are unique across nodes and restarts and sort by time.
 *
 * `CCCCCCCCCCCC^MSSSSIIIIIII`: hundredths of a second since 1970 (12 digits until the year 2286), the remaining
 * millisecond, a sequence number within it, and the instance. A generator never goes back: when the clock is set back,
 * or a millisecond's 10,000 numbers are used up, it counts on from the last millisecond it used.
 *
 * @param instance 0..9,999,999, different for every running generator: drawn at random at start by default
 */
export function createCallIds(clock: Pick<Clock, 'now'>, instance: number = drawInstance()): () => CallId {
  const suffix = String(instance).padStart(7, '0')
  let lastMs = 0
  let sequence = 0
  return () => {
    const nowMs = Math.floor(clock.now())
    if (nowMs > lastMs) {
      lastMs = nowMs
      sequence = 0
    } else if (++sequence === sequencePerMs) {
      lastMs++
      sequence = 0
    }
    const hundredths = String(Math.floor(lastMs / 10)).padStart(12, '0')
    return `${hundredths}^${lastMs % 10}${String(sequence).padStart(4, '0')}${suffix}`
  }
}

function drawInstance(): number {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1))
  return drawn % callIdInstances
}
