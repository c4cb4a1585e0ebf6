import type { Headers } from './headers.ts'

/** A SIP request as it stands on the wire (RFC 3261 §7.1). */
export interface SipRequest {
  readonly kind: 'request'
  readonly method: string
  /** Request-URI, as text. */
  readonly uri: string
  readonly headers: Headers
  /** Text of the body, '' for none. */
  readonly body: string
}

/** A SIP response as it stands on the wire (RFC 3261 §7.2). */
export interface SipResponse {
  readonly kind: 'response'
  /** 100 to 699. */
  readonly status: number
  readonly reason: string
  readonly headers: Headers
  readonly body: string
}

export type SipMessage = SipRequest | SipResponse

/** `INVITE`, or `486 Busy Here`: how a message is called in ladders and logs. */
export function summaryOf(message: SipMessage): string {
  return message.kind === 'request' ? message.method : `${message.status} ${message.reason}`
}
