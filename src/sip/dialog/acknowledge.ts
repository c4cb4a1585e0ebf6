import type { SipRequest } from '../message/message.ts'
import type { CallTools } from './call-tools.ts'
import type { Dialog } from './dialog.ts'
import { sdpHeader } from './dialog-headers.ts'

/**
 * Sends the ACK for a 2xx (RFC 3261 §13.2.2.4), with the credentials of its INVITE (§22.1).
 *
 * @param answer to the offer in the 2xx, SDP; '' when the offer was in the INVITE
 * @returns sends the same ACK again: for every repetition of the 2xx
 */
export function acknowledge(
  tools: CallTools,
  dialog: Dialog,
  invite: SipRequest,
  inviteSeq: number,
  answer = '',
): () => void {
  const { request, remote } = dialog.ack(inviteSeq)
  if (remote === undefined) {
    tools.log.warn({ callId: dialog.callId }, 'sip: no ACK, the far end asks for an unknown transport')
    return () => undefined
  }
  for (const name of ['authorization', 'proxy-authorization']) {
    for (const value of invite.headers.all(name)) request.headers.add(name, value)
  }
  for (const [name, value] of sdpHeader(answer)) request.headers.add(name, value)
  return tools.transactions.sendAck({ ...request, body: answer }, remote, (reason) =>
    // The far end repeats its 2xx, and so the ACK gets another chance.
    tools.log.info({ callId: dialog.callId, why: reason }, 'sip: ACK could not be sent'),
  )
}
