import { mostMessageBytes } from './transport.ts'

/** Raised when a stream can no longer be cut into messages: its connection has to be closed. */
export class BrokenStream extends Error {
  override readonly name = 'BrokenStream'
}

/** What a chunk of a stream completed. */
export interface Framed {
  /** Whole messages, head and body. */
  messages: Buffer[]
  /** Double line breaks between messages: each asks for one line break (RFC 5626 §3.5.1). */
  pings: number
  /** Single line breaks in front of a message: nothing (RFC 3261 §7.5), or the answer to a ping. */
  lineBreaks: number
}

const ping = Buffer.from('\r\n\r\n')
const headEnd = Buffer.from('\r\n\r\n')
const lengthLine = /^(?:content-length|l)[ \t]*:(?:[ \t]|\r?\n[ \t])*([^\s;]*)/gim

/** Cuts a stream into messages by Content-Length (RFC 3261 §18.3), holding at most one unfinished message. */
export class StreamFramer {
  #rest: Buffer = Buffer.alloc(0)

  /** Takes the next bytes. @throws {BrokenStream} */
  push(chunk: Buffer): Framed {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const framed: Framed = { messages: [], pings: 0, lineBreaks: 0 }
    for (;;) {
      this.#skipLineBreaks(framed)
      const message = this.#takeMessage()
      if (message === undefined) return framed
      framed.messages.push(message)
    }
  }

  /** Takes a single line break that came after the last message: the answer to a ping. @returns whether there was one */
  takeLineBreak(): boolean {
    const isThere = this.#rest.length === 2 && this.#rest[0] === 13 && this.#rest[1] === 10
    if (isThere) this.#rest = Buffer.alloc(0)
    return isThere
  }

  #skipLineBreaks(framed: Framed): void {
    while (this.#rest.length >= 4 && this.#rest.subarray(0, 4).equals(ping)) {
      this.#rest = this.#rest.subarray(4)
      framed.pings++
    }
    // A single line break in front of a message means nothing (RFC 3261 §7.5); at the end it may be half a ping.
    while (this.#rest.length > 2 && this.#rest[0] === 13 && this.#rest[1] === 10 && this.#rest[2] !== 13) {
      this.#rest = this.#rest.subarray(2)
      framed.lineBreaks++
    }
  }

  #takeMessage(): Buffer | undefined {
    const end = this.#rest.indexOf(headEnd)
    if (end < 0) {
      if (this.#rest.length > mostMessageBytes) throw new BrokenStream('head too long')
      return undefined
    }
    const length = end + headEnd.length + this.#bodyBytes(end)
    if (length > mostMessageBytes) throw new BrokenStream('message too long')
    if (this.#rest.length < length) return undefined
    const message = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(length)
    return message
  }

  /** RFC 3261 §20.14: required on streams; without it the message is taken to have no body. */
  #bodyBytes(end: number): number {
    const [first, ...others] = this.#rest.toString('latin1', 0, end).matchAll(lengthLine)
    const announced = first?.[1]
    if (announced === undefined) return 0
    // RFC 4475 §3.3.9: where the next message begins, nobody can know.
    if (others.some((other) => other[1] !== announced)) throw new BrokenStream('two Content-Lengths')
    if (!/^\d{1,9}$/.test(announced)) throw new BrokenStream('Content-Length is no number')
    return Number(announced)
  }
}
