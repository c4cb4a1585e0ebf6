import { Headers } from '../message/headers.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { splitOutside } from '../message/token.ts'

/** The ACK for a final answer of 300 to 699, part of the INVITE's own transaction (RFC 3261 §17.1.1.3). */
export function ackForFailure(invite: SipRequest, response: SipResponse): SipRequest {
  const number = (invite.headers.first('cseq') ?? '').split(' ')[0]
  const headers = new Headers()
    .add('via', splitOutside(invite.headers.first('via') ?? '', ',')[0] ?? '')
    .add('max-forwards', '70')
  for (const route of invite.headers.all('route')) headers.add('route', route)
  headers
    .add('from', invite.headers.first('from') ?? '')
    .add('to', response.headers.first('to') ?? '')
    .add('call-id', invite.headers.first('call-id') ?? '')
    .add('cseq', `${number} ACK`)
  return { kind: 'request', method: 'ACK', uri: invite.uri, headers, body: '' }
}
