import { type SipMessage, summaryOf } from '../message/message.ts'
import { messageText } from '../message/serialize-message.ts'

/** A message ready for the wire: what a retransmission sends again, without the message it was made from. */
export interface Packet {
  /** Text rather than bytes: small buffers share a slab, and one that is kept keeps them all. */
  text: string
  callId: string
  /** `INVITE`, or `486 Busy Here`. */
  summary: string
}

/** @throws {IllegalHeader} when the message cannot be written */
export function packet(message: SipMessage): Packet {
  return {
    text: messageText(message),
    callId: message.headers.first('call-id') ?? '',
    summary: summaryOf(message),
  }
}
