import { parseAddress, tagOf } from './address.ts'
import type { SipMessage } from './message.ts'
import type { MessageProblem } from './parse-message.ts'
import { splitOutside } from './token.ts'
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
  const from = headers.first('from')
  const to = headers.first('to')
  const callId = headers.first('call-id')
  if (from === undefined || parseAddress(from) === undefined) return bad('Bad From Header')
  if (to === undefined || parseAddress(to) === undefined) return bad('Bad To Header')
  if (callId === undefined || !/^\S+$/.test(callId)) return bad('Bad Call-ID Header')
  const cseq = parseCseq(headers.first('cseq'))
  if (cseq === undefined) return bad('Bad CSeq Header')
  if (message.kind === 'request' && cseq.method !== message.method) return bad('CSeq Method Does Not Match')
  const via = parseVia(splitOutside(headers.first('via') ?? '', ',')[0] ?? '')
  if (via === undefined) return bad('Bad Via Header')
  for (const name of ['from', 'to', 'call-id', 'cseq']) {
    if (headers.count(name) > 1) return bad(`More Than One ${name} Header`)
  }
  const maxForwards = headers.first('max-forwards')
  if (maxForwards !== undefined && !(/^\d{1,3}$/.test(maxForwards) && Number(maxForwards) < 256)) {
    return bad('Bad Max-Forwards Header')
  }
  return { envelope: { callId, fromTag: tagOf(from), toTag: tagOf(to), cseq, via } }
}

/** Reads `314159 INVITE`; the number is below 2^31 (RFC 3261 §8.1.1.5). */
export function parseCseq(text: string | undefined): { number: number; method: string } | undefined {
  const match = /^(\d{1,10})\s+(\S+)$/.exec(text ?? '')
  if (match === null) return undefined
  const number = Number(match[1])
  return number < 2 ** 31 ? { number, method: match[2] ?? '' } : undefined
}

function bad(reason: string): { problem: MessageProblem } {
  return { problem: { status: 400, reason } }
}
