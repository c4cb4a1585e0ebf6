import type { Clock } from './clock.ts'

/** Resolves after `ms` milliseconds. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve)
  })
}

/**
 * Waits for work, no longer than `patienceMs` milliseconds. Work that is late goes on; when it can fail, it tells that
 * itself: nobody listens to it any more.
 *
 * @throws what the work fails with in time
 */
export async function withPatience<Result>(
  clock: Clock,
  patienceMs: number,
  work: Promise<Result>,
): Promise<Result | 'late'> {
  let giveUp = (): void => {}
  const late = new Promise<'late'>((resolve) => {
    giveUp = () => resolve('late')
  })
  const timer = clock.after(patienceMs, giveUp)
  try {
    return await Promise.race([work, late])
  } finally {
    timer.cancel()
  }
}
