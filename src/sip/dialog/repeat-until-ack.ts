import type { Timer } from '../../lib/clock.ts'
import type { SipResponse } from '../message/message.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import { transactionTimeoutMs } from '../transaction/timers.ts'
import { packet } from '../transport/packet.ts'
import type { CallTools } from './call-tools.ts'

/**
 * Sends a 2xx to an INVITE and repeats it until its ACK comes (RFC 3261 §13.3.1.4): after T1, then twice as long each time up
 * to T2, over any transport, since the ACK travels end to end. Whoever forgets this loses calls on a lossy line.
 */
export class RepeatUntilAck {
  /** CSeq number of the INVITE, and so of its ACK. */
  readonly seq: number
  #repeat: Timer | undefined
  #giveUp: Timer | undefined

  /** @param unacknowledged no ACK came within 64·T1 */
  constructor(tools: CallTools, invite: ServerTransaction, response: SipResponse, unacknowledged: () => void) {
    const { clock, timers } = tools
    const written = packet(response)
    this.seq = invite.received.envelope.cseq.number
    const sendAndWait = (pauseMs: number) => {
      invite.respondPacket(written, response.status)
      this.#repeat = clock.after(pauseMs, () => sendAndWait(Math.min(pauseMs * 2, timers.t2Ms)))
    }
    this.#giveUp = clock.after(transactionTimeoutMs(timers), () => {
      this.stop()
      unacknowledged()
    })
    sendAndWait(timers.t1Ms)
  }

  /** The ACK came, or the call is over. */
  stop(): void {
    this.#repeat?.cancel()
    this.#giveUp?.cancel()
  }
}
