import { tagOf } from './address.ts'
import { Headers } from './headers.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { reasonPhrase } from './reason-phrases.ts'

/** What an answer says beyond what it repeats from the request. */
export interface ResponseParts {
  reason?: string
  /** Put on To when the request has no To tag (RFC 3261 §8.2.6.2). */
  toTag?: string
  headers?: readonly (readonly [name: string, value: string])[]
  body?: string
}

/**
 * An answer to a request (RFC 3261 §8.2.6): Via, From, To, Call-ID and CSeq repeated, Record-Route where it makes a dialog.
 *
 * @throws {IllegalHeader} when `headers` or `reason` hold line breaks
 */
export function responseTo(request: SipRequest, status: number, parts: ResponseParts = {}): SipResponse {
  const headers = new Headers()
  for (const via of request.headers.all('via')) headers.add('via', via)
  if (mayMakeDialog(request, status)) {
    for (const route of request.headers.all('record-route')) headers.add('record-route', route)
  }
  for (const name of ['from', 'to', 'call-id', 'cseq']) {
    // A request so broken that it lacks one gets an answer without it.
    const value = request.headers.first(name)
    if (value === undefined) continue
    headers.add(name, name === 'to' ? withTag(value, status === 100 ? undefined : parts.toTag) : value)
  }
  // RFC 3261 §8.2.6.1: a Timestamp is repeated in the 100.
  const timestamp = status === 100 ? request.headers.first('timestamp') : undefined
  if (timestamp !== undefined) headers.add('timestamp', timestamp)
  for (const [name, value] of parts.headers ?? []) headers.add(name, value)
  return { kind: 'response', status, reason: parts.reason ?? reasonPhrase(status), headers, body: parts.body ?? '' }
}

function mayMakeDialog(request: SipRequest, status: number): boolean {
  return request.method === 'INVITE' && status > 100 && status < 300
}

function withTag(to: string, tag: string | undefined): string {
  return tag === undefined || tagOf(to) !== undefined ? to : `${to};tag=${tag}`
}
