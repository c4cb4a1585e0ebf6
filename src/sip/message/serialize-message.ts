import { IllegalHeader } from './headers.ts'
import { type SipMessage, summaryOf } from './message.ts'
import { isToken } from './token.ts'

/** `messageText` as bytes. @throws {IllegalHeader} */
export function serializeMessage(message: SipMessage): Buffer {
  return Buffer.from(messageText(message))
}

/**
 * A message as it goes on the wire. Content-Length is always the true one, in last place (RFC 3261 §20.14: required on streams).
 *
 * @throws {IllegalHeader} when the first line would break the message
 */
export function messageText(message: SipMessage): string {
  const length = message.body === '' ? 0 : Buffer.byteLength(message.body)
  return `${startLine(message)}\r\n${message.headers}Content-Length: ${length}\r\n\r\n${message.body}`
}

function startLine(message: SipMessage): string {
  if (message.kind === 'request') {
    if (!isToken(message.method) || !/^\S+$/.test(message.uri)) {
      throw new IllegalHeader(`request line cannot be written: ${JSON.stringify(message.method)}`)
    }
    return `${message.method} ${message.uri} SIP/2.0`
  }
  if (/[\r\n\0]/.test(message.reason)) throw new IllegalHeader('line break in the reason phrase')
  return `SIP/2.0 ${summaryOf(message)}`
}
