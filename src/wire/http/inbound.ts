import type { IncomingHttpHeaders } from 'node:http'

/** A request as it came in, body and all. */
export interface Inbound {
  /** Upper case. */
  readonly method: string
  /** After the `?`, as sent; characters above 0x7F are bytes. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** How it came in. */
  readonly scheme: 'http' | 'https'
  /** Upper-case UUID. */
  readonly requestId: string
  /** Wall milliseconds at which it arrived. */
  readonly now: number
}

/** An answer, ready to be sent. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** Milliseconds after which a throttled client may ask again. */
  readonly retryAfterMs?: number
}

export type AnswerFormat = 'JSON' | 'XML'
