import { longName, usualName } from './header-names.ts'
import { Headers } from './headers.ts'
import type { SipMessage } from './message.ts'
import { isToken } from './token.ts'
import { trimmed } from './white-space.ts'

/**
 * What bytes turned out to be. A `message` with a `problem` was understood far enough to be answered (if it is a request);
 * `keepAlive` is empty or only line breaks (RFC 3261 §7.5, RFC 5626 §3.5.1); `garbage` is to be dropped.
 */
export type ParsedMessage =
  | { kind: 'message'; message: SipMessage; problem?: MessageProblem }
  | { kind: 'keepAlive' }
  | { kind: 'garbage'; reason: string }

/** Why a request cannot be served, as the answer to give. */
export interface MessageProblem {
  status: 400 | 501 | 505
  reason: string
}

/** More headers than any real message has: the rest of such a message is not read. */
const mostHeaders = 256

const headEnd = Buffer.from('\r\n\r\n')
const bareHeadEnd = Buffer.from('\n\n')

/**
 * Reads one message. The headers are cut into names and values and no further. Line ends may be CRLF or LF. Without a
 * Content-Length the body goes to the end (RFC 3261 §18.3); what follows the announced length is dropped.
 */
export function parseMessage(bytes: Buffer): ParsedMessage {
  let start = 0
  while (bytes[start] === 13 || bytes[start] === 10) start++
  if (start === bytes.length) return { kind: 'keepAlive' }
  const { end, bodyStart } = findHead(bytes, start)
  const text = withoutOddBytes(bytes, start, end).toString('utf8')

  const firstBreak = text.indexOf('\n')
  const startLine = parseStartLine((firstBreak < 0 ? text : text.slice(0, firstBreak)).replace(/\r$/, ''))
  if (startLine === undefined) return { kind: 'garbage', reason: 'no SIP start line' }
  const headers = new Headers()
  const headerProblem = firstBreak < 0 ? undefined : readHeaders(text, firstBreak + 1, headers)

  const length = contentLength(headers)
  const available = bytes.length - bodyStart
  const bodyBytes = length === undefined ? available : Math.min(length, available)
  const body = bodyBytes > 0 ? bytes.toString('utf8', bodyStart, bodyStart + bodyBytes) : ''
  const message: SipMessage = { ...startLine.start, headers, body }
  const problem = startLine.problem ?? headerProblem ?? lengthProblem(headers, length, available)
  return problem === undefined ? { kind: 'message', message } : { kind: 'message', message, problem }
}

/** The announced length of the body in bytes, -1 when it is no number, `undefined` when nothing is announced. */
export function contentLength(headers: Headers): number | undefined {
  const text = headers.first('content-length')
  if (text === undefined) return undefined
  return /^\d{1,9}$/.test(text) ? Number(text) : -1
}

function lengthProblem(headers: Headers, length: number | undefined, available: number): MessageProblem | undefined {
  if (length === undefined) return undefined
  // RFC 4475 §3.3.9: nobody can know which one is meant.
  if (headers.count('content-length') > 1) return { status: 400, reason: 'More Than One Content-Length' }
  if (length < 0) return { status: 400, reason: 'Bad Content-Length' }
  // RFC 3261 §18.3: a datagram that is too short for its Content-Length.
  return length > available ? { status: 400, reason: 'Body Shorter Than Content-Length' } : undefined
}

/** The empty line that ends the head, whichever kind comes first. */
function findHead(bytes: Buffer, start: number): { end: number; bodyStart: number } {
  const end = bytes.indexOf(headEnd, start)
  const bareEnd = (end < 0 ? bytes : bytes.subarray(0, end)).indexOf(bareHeadEnd, start)
  if (bareEnd >= 0) return { end: bareEnd, bodyStart: bareEnd + bareHeadEnd.length }
  return end < 0 ? { end: bytes.length, bodyStart: bytes.length } : { end, bodyStart: end + headEnd.length }
}

type StartLine = { kind: 'request'; method: string; uri: string } | { kind: 'response'; status: number; reason: string }

function parseStartLine(line: string): { start: StartLine; problem?: MessageProblem } | undefined {
  const status = /^SIP\/2\.0 +([1-6]\d\d)(?: ([\s\S]*))?$/i.exec(line)
  if (status) {
    const reason = trimmed((status[2] ?? '').replace(/[\r\0]/g, ' '))
    return { start: { kind: 'response', status: Number(status[1]), reason } }
  }
  return parseRequestLine(line)
}

/** Cut by hand: an expression with three runs of spaces would take minutes for a line of nothing else. */
function parseRequestLine(line: string): { start: StartLine; problem?: MessageProblem } | undefined {
  const text = trimmed(line)
  const methodEnd = text.indexOf(' ')
  const versionStart = text.lastIndexOf(' ')
  if (versionStart <= methodEnd) return undefined
  const method = text.slice(0, methodEnd)
  const uri = trimmed(text.slice(methodEnd, versionStart))
  const version = /^SIP\/(\d+\.\d+)$/i.exec(text.slice(versionStart + 1))?.[1]
  if (version === undefined || !isToken(method)) return undefined
  const start: StartLine = { kind: 'request', method, uri }
  if (version !== '2.0') return { start, problem: { status: 505, reason: 'Version Not Supported' } }
  if (!/^[^\s<>"]+$/.test(uri)) return { start, problem: { status: 400, reason: 'Bad Request-URI' } }
  // RFC 3261 §7.1: single spaces, and none at the end.
  const isTidy = line.length === method.length + uri.length + '  SIP/2.0'.length
  return isTidy ? { start } : { start, problem: { status: 400, reason: 'Extra White Space In Request Line' } }
}

function readHeaders(text: string, from: number, headers: Headers): MessageProblem | undefined {
  let problem: MessageProblem | undefined
  for (let at = from; at < text.length; ) {
    const lineBreak = text.indexOf('\n', at)
    const end = lineBreak < 0 ? text.length : lineBreak
    const first = text.charCodeAt(at)
    if (first === 32 || first === 9) {
      headers.continueLast(trimmed(text.slice(at, end)))
    } else {
      // Looked for in this line alone: in a long message without colons each line would search all the rest.
      const line = text.slice(at, end)
      const colon = line.indexOf(':')
      const name = colon < 0 ? undefined : parsedName(line.slice(0, colon))
      if (name === undefined) problem ??= { status: 400, reason: 'Bad Header Line' }
      else headers.addParsed(name, trimmed(line.slice(colon + 1)))
      if (headers.size > mostHeaders) return { status: 400, reason: 'Too Many Headers' }
    }
    at = end + 1
  }
  return problem
}

/** No header has a longer name. */
const mostNameLetters = 256

/** The usual spellings need no checking. */
function parsedName(text: string): string | undefined {
  const known = usualName(text)
  if (known !== undefined) return known
  const name = text.trimEnd()
  return name.length <= mostNameLetters && isToken(name) ? longName(name) : undefined
}

const [nul, lf, cr, space, backslash] = [0, 10, 13, 32, 92]

/**
 * The head as it may be repeated in an answer: a CR that ends no line, and a NUL that is no quoted-pair (RFC 3261 §25.1),
 * become spaces.
 */
function withoutOddBytes(bytes: Buffer, start: number, end: number): Buffer {
  const isOdd = (at: number) =>
    (bytes[at] === cr && bytes[at + 1] !== lf) || (bytes[at] === nul && bytes[at - 1] !== backslash)
  const head = bytes.subarray(start, end)
  let copy: Buffer | undefined
  for (let at = start; at < end; at++) {
    if (!isOdd(at)) continue
    copy ??= Buffer.from(head)
    copy[at - start] = space
  }
  return copy ?? head
}
