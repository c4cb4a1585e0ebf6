import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { SipRequest } from '../message/message.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { TimerBase } from '../transaction/timers.ts'
import type { Transactions } from '../transaction/transactions.ts'
import type { Remote } from '../transport/transport.ts'
import type { Received } from '../transport/transports.ts'
import type { SipListener } from '../user-agent.types.ts'

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
  remember(call: KnownCall): void
  forget(call: KnownCall): void
}

/** A call as its user agent knows it. */
export interface KnownCall {
  readonly callId: string
  /** Our tag: with the Call-ID it names the call to the far end's requests. */
  readonly localTag: string
  /** A request of the far end that names this call. */
  receive(transaction: ServerTransaction): void
  /** An ACK for one of our 2xx. */
  receiveAck(received: Received<SipRequest>): void
  /** The user agent closes: timers go, nothing is sent or told. */
  close(): void
}

/** Bodies this user agent reads, for Accept (RFC 3261 §20.1). */
export const acceptedTypes = 'application/sdp, application/dtmf-relay, application/dtmf'
