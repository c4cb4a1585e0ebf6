import type { SipResponse } from '../message/message.ts'
import { type ResponseParts, responseTo } from '../message/response-to.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'

/** Answers a request of the far end; every answer but 100 names the product. */
export function answerRequest(
  product: string,
  transaction: ServerTransaction,
  status: number,
  parts: ResponseParts = {},
): void {
  transaction.respond(buildAnswer(product, transaction, status, parts))
}

/** The answer alone, for whoever sends it more than once. */
export function buildAnswer(
  product: string,
  transaction: ServerTransaction,
  status: number,
  parts: ResponseParts = {},
): SipResponse {
  const given = parts.headers ?? []
  const hasServer = status === 100 || given.some(([name]) => name.toLowerCase() === 'server')
  const headers = hasServer ? given : [...given, ['server', product] as const]
  return responseTo(transaction.received.message, status, { ...parts, headers })
}
