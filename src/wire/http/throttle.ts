import type { Clock } from '../../lib/clock.ts'
import { GatewayError } from '../../operations/gateway-errors.ts'
import type { Operation } from '../../operations/operation.ts'

/** Holds the flow control of the catalogue: so many requests a second per account, and of all accounts together. */
export interface Throttle {
  /** Counts the request. @throws {GatewayError} Throttling.User or Throttling.Api */
  admit(operation: Pick<Operation, 'name' | 'qps'>, accountId: string): void
}

/** Lets everything pass: the limits of a shared public service are not those of one's own machine. */
export const noThrottle: Throttle = { admit() {} }

/** Counts by whole seconds on this node. */
export function createThrottle(clock: Pick<Clock, 'monotonicMs'>): Throttle {
  let second = 0
  let counts = new Map<string, number>()

  /** @returns whether one more fits; a request that does not fit is not counted */
  function fits(key: string, limit: number): boolean {
    return (counts.get(key) ?? 0) < limit
  }
  function count(key: string): void {
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }

  return {
    admit({ name, qps }, accountId) {
      const nowMs = clock.monotonicMs()
      if (Math.floor(nowMs / 1000) !== second) {
        second = Math.floor(nowMs / 1000)
        counts = new Map()
      }
      const retryAfterMs = Math.ceil((second + 1) * 1000 - nowMs)
      const ofAccount = `${name} ${accountId}`
      if (!fits(ofAccount, qps.account)) throw new GatewayError('Throttling.User', { retryAfterMs })
      if (qps.all !== undefined && !fits(name, qps.all)) throw new GatewayError('Throttling.Api', { retryAfterMs })
      count(ofAccount)
      count(name)
    },
  }
}
