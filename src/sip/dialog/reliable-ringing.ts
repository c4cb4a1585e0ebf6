import { randomInt } from 'node:crypto'
import type { Timer } from '../../lib/clock.ts'
import type { SipResponse } from '../message/message.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import { transactionTimeoutMs } from '../transaction/timers.ts'
import { packet } from '../transport/packet.ts'
import type { CallTools } from './call-tools.ts'
import type { HeaderPair } from './dialog-headers.ts'

/** A provisional answer that is sent until its PRACK comes. */
interface Reliable {
  rseq: number
  response: SipResponse
  hasDescription: boolean
}

/** Provisional answers that the caller acknowledges with PRACK: one at a time, in order (RFC 3262 §3). */
export class ReliableRinging {
  readonly #tools: CallTools
  readonly #invite: ServerTransaction
  readonly #unacknowledged: () => void
  /** Chosen with the first answer that needs one (RFC 3262 §3: 1 to 2^31 - 1). */
  #nextRseq: number | undefined
  readonly #waiting: Reliable[] = []
  /** What was sent and has no PRACK yet: after a final answer one may still be on its way. */
  readonly #open = new Map<number, Reliable>()
  #current: Reliable | undefined
  #repeat: Timer | undefined
  #giveUp: Timer | undefined

  /** @param unacknowledged an answer got no PRACK for 64·T1 */
  constructor(tools: CallTools, invite: ServerTransaction, unacknowledged: () => void) {
    this.#tools = tools
    this.#invite = invite
    this.#unacknowledged = unacknowledged
  }

  /** Whether a session description is sent, or is to be sent, without a PRACK so far: no 2xx may overtake it. */
  get isDescriptionOpen(): boolean {
    return [...this.#open.values(), ...this.#waiting].some(({ hasDescription }) => hasDescription)
  }

  /** Sends, or queues behind the one that waits for its PRACK. @param build writes the answer with these headers */
  send(build: (headers: readonly HeaderPair[]) => SipResponse): void {
    const rseq = this.#nextRseq ?? randomInt(1, 2 ** 31)
    this.#nextRseq = rseq + 1
    const response = build([
      ['require', '100rel'],
      ['rseq', String(rseq)],
    ])
    this.#waiting.push({ rseq, response, hasDescription: response.body !== '' })
    if (this.#current === undefined) this.#sendNext()
  }

  /** A PRACK came. @returns what it acknowledges; `undefined` when nothing waits for it, or no more */
  acknowledged(rseq: number): { hasDescription: boolean } | undefined {
    const reliable = this.#open.get(rseq)
    this.#open.delete(rseq)
    if (reliable !== undefined && reliable === this.#current) {
      this.#stopTimers()
      this.#sendNext()
    }
    return reliable
  }

  /** The final answer is given: nothing is repeated any more. A PRACK that is under way is still known. */
  stop(): void {
    this.#stopTimers()
    this.#waiting.length = 0
    this.#current = undefined
  }

  #sendNext(): void {
    const next = this.#waiting.shift()
    this.#current = next
    if (next === undefined) return
    this.#open.set(next.rseq, next)
    const { clock, timers } = this.#tools
    const written = packet(next.response)
    const sendAndWait = (pauseMs: number) => {
      this.#invite.respondPacket(written, next.response.status)
      this.#repeat = clock.after(pauseMs, () => sendAndWait(pauseMs * 2))
    }
    this.#giveUp = clock.after(transactionTimeoutMs(timers), () => {
      this.stop()
      this.#unacknowledged()
    })
    sendAndWait(timers.t1Ms)
  }

  #stopTimers(): void {
    this.#repeat?.cancel()
    this.#giveUp?.cancel()
  }
}
