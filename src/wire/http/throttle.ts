import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { GatewayError } from '../../operations/gateway-errors.ts'
import type { Operation } from '../../operations/operation.ts'
import type { SharedLimits } from '../../operations/ports.ts'
import { RequestBlocks } from './request-blocks.ts'

/** Holds the flow control of the catalogue: so many requests a second per account, and of all accounts together. */
export interface Throttle {
  /** Counts the request. @throws {GatewayError} Throttling.User or Throttling.Api */
  admit(operation: Pick<Operation, 'name' | 'qps'>, accountId: string): Promise<void>
}

/** Lets everything pass. */
export const noThrottle: Throttle = { async admit() {} }

export interface ThrottleOptions {
  /** How much of each limit is admitted, percent: 200 doubles them all. */
  readonly percent: number
  /** Set when other nodes may serve the same accounts. */
  readonly shared: SharedLimits | undefined
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly log: Log
}

/** The part of a limit that the nodes split among themselves and use without asking each other: one tenth. */
const ownPart = 10

/**
 * Counts by windows of a second. A node that is alone counts in memory. Nodes that share a database each use a share of a
 * tenth of the limit without asking; beyond it they take the rest in blocks (`request-blocks.ts`), so that the
 * database is asked some ten times a second where a limit is nearly reached, and not at all below.
 *
 * An account's own limit comes first: who is over it takes nothing from the others.
 */
export function createThrottle({ percent, shared, clock, log }: ThrottleOptions): Throttle {
  const limiters = new Map<string, RateLimiterMemory>()
  const blocks = shared && new RequestBlocks(shared, clock, log)

  function limiter(name: string, points: number): RateLimiterMemory {
    let found = limiters.get(name)
    if (found === undefined) {
      found = new RateLimiterMemory({ points, duration: 1 })
      limiters.set(name, found)
    }
    // Nodes come and go: the share changes.
    found.points = points
    return found
  }

  /** @returns milliseconds after which one more may fit; `undefined`: it was admitted */
  async function refusedForMs(kind: string, key: string, limit: number): Promise<number | undefined> {
    const owned = shared === undefined ? limit : Math.floor(limit / ownPart)
    const share = shared === undefined ? owned : Math.floor(owned / shared.liveNodes)
    const waitMs = await consume(limiter(kind, share), key)
    return waitMs === undefined || blocks === undefined ? waitMs : blocks.take(`${kind} ${key}`, limit - owned)
  }

  return {
    async admit({ name, qps }, accountId) {
      const userWaitMs = await refusedForMs(`user ${name}`, accountId, scaled(qps.account, percent))
      if (userWaitMs !== undefined) throw new GatewayError('Throttling.User', { retryAfterMs: userWaitMs })
      if (qps.all === undefined) return
      const apiWaitMs = await refusedForMs(`api ${name}`, '', scaled(qps.all, percent))
      if (apiWaitMs !== undefined) throw new GatewayError('Throttling.Api', { retryAfterMs: apiWaitMs })
    },
  }
}

function scaled(limit: number, percent: number): number {
  return Math.max(1, Math.round((limit * percent) / 100))
}

/** @returns `undefined` when the point was there, else milliseconds until there are points again */
async function consume(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
  try {
    await limiter.consume(key)
    return undefined
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext))
    throw refusal
  }
}
