import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { TimerBase } from '../transaction/timers.ts'
import type { Transactions } from '../transaction/transactions.ts'
import type { Remote } from '../transport/transport.ts'
import type { SipListener } from '../user-agent.types.ts'
import type { Call } from './call.ts'

/** What a call needs from its user agent. */
export interface CallTools {
  transactions: Transactions
  clock: Clock
  log: Log
  timers: TimerBase
  /** User-Agent of requests, Server of responses. */
  product: string
  /** What the far end can reach this end at. */
  localFor(remote: Remote): SipListener | undefined
  /** Requests of the far end find the call by Call-ID and local tag. */
  remember(call: Call): void
  forget(call: Call): void
}

/** Methods this user agent serves, for Allow (RFC 3261 §20.5). */
export const allowedMethods = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE'

/** Bodies this user agent reads, for Accept (RFC 3261 §20.1). */
export const acceptedTypes = 'application/sdp, application/dtmf-relay, application/dtmf'
