import { parseAddress } from './address.ts'
import type { SipMessage } from './message.ts'
import { methodStanding } from './methods.ts'
import type { MessageProblem } from './parse-message.ts'
import { partsOutside, splitOutside } from './token.ts'
import { parseVia, type Via } from './via.ts'

/** What every layer asks of a received message: read once, checked once (RFC 3261 §8.1.1, the headers all messages have). */
export interface Envelope {
  callId: string
  fromTag: string | undefined
  toTag: string | undefined
  cseq: { number: number; method: string }
  /** The topmost Via. */
  via: Via
}

/** Reads the envelope of a message, or says what is wrong with it. */
export function readEnvelope(
  message: SipMessage,
): { envelope: Envelope; problem?: undefined } | { problem: MessageProblem } {
  const { headers } = message
  const from = parseAddress(headers.first('from') ?? '')
  const to = parseAddress(headers.first('to') ?? '')
  const callId = headers.first('call-id')
  if (from === undefined) return bad('Bad From Header')
  if (to === undefined) return bad('Bad To Header')
  if (callId === undefined || !/^\S+$/.test(callId)) return bad('Bad Call-ID Header')
  const cseq = parseCseq(headers.first('cseq'))
  if (cseq === undefined) return bad('Bad CSeq Header')
  if (message.kind === 'request' && cseq.method !== message.method) return mismatch(message.method)
  const via = topVia(headers.first('via') ?? '')
  if (via === undefined) return bad('Bad Via Header')
  for (const name of ['from', 'to', 'call-id', 'cseq', 'max-forwards']) {
    if (headers.count(name) > 1) return bad(`More Than One ${name} Header`)
  }
  const maxForwards = headers.first('max-forwards')
  if (maxForwards !== undefined && !(/^\d+$/.test(maxForwards) && Number(maxForwards) < 256)) {
    return bad('Bad Max-Forwards Header')
  }
  // Not in responses: whoever answered a call with an odd Contact has answered it.
  if (message.kind === 'request' && !areContactsReadable(headers.all('contact'))) return bad('Bad Contact Header')
  return { envelope: { callId, fromTag: from.params.get('tag'), toTag: to.params.get('tag'), cseq, via } }
}

/** Reads `314159 INVITE`; the number is below 2^31 (RFC 3261 §8.1.1.5). */
export function parseCseq(text: string | undefined): { number: number; method: string } | undefined {
  const match = /^(\d+)\s+(\S+)$/.exec(text ?? '')
  if (match === null) return undefined
  const number = Number(match[1])
  return number < 2 ** 31 ? { number, method: match[2] ?? '' } : undefined
}

/** RFC 4475 §3.1.2.18: for a method that nobody here knows, that is the better answer. */
function mismatch(method: string): { problem: MessageProblem } {
  if (methodStanding(method) === 'unknown') return { problem: { status: 501, reason: 'Not Implemented' } }
  return bad('CSeq Method Does Not Match')
}

/** The first value of the topmost Via; `undefined` when it cannot be read or separators in its line separate nothing. */
function topVia(line: string): Via | undefined {
  const values = partsOutside(line, ',')
  const first = values[0] ?? ''
  // A semicolon too many at the very end is common and harmless.
  const hasGap = values.includes('') || (first.includes(';') && partsOutside(first, ';').slice(0, -1).includes(''))
  return hasGap ? undefined : parseVia(first)
}

/** RFC 3261 §20.10: each an address, or `*` in a REGISTER. */
function areContactsReadable(lines: readonly string[]): boolean {
  return lines.every((line) =>
    splitOutside(line, ',').every((value) => value === '*' || parseAddress(value) !== undefined),
  )
}

function bad(reason: string): { problem: MessageProblem } {
  return { problem: { status: 400, reason } }
}
