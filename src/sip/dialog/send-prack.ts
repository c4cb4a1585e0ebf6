import type { CallDigest } from '../digest/call-digest.ts'
import { type Acknowledged, formatRack } from '../message/reliable-sequence.ts'
import type { CallTools } from './call-tools.ts'
import type { Dialog } from './dialog.ts'
import { sdpHeader } from './dialog-headers.ts'
import { sendInDialog } from './in-dialog-request.ts'

/**
 * Acknowledges a reliable provisional answer (RFC 3262 §4). Whatever becomes of the PRACK, the INVITE's own answer decides
 * about the call.
 *
 * @param answer to the offer in that answer, SDP; '' when it had none
 */
export function sendPrack(
  tools: CallTools,
  dialog: Dialog,
  digest: CallDigest | undefined,
  acknowledged: Acknowledged,
  answer = '',
): void {
  const headers = [
    ['rack', formatRack(acknowledged)] as const,
    ['user-agent', tools.product] as const,
    ...sdpHeader(answer),
  ]
  sendInDialog(
    tools,
    dialog,
    digest,
    'PRACK',
    () => ({ headers, body: answer }),
    ({ status, reason }) => {
      if (status >= 300) tools.log.info({ callId: dialog.callId, status, reason }, 'sip: PRACK refused')
    },
  )
}
