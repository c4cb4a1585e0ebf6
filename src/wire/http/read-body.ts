import type { IncomingMessage } from 'node:http'
import { GatewayError } from '../../operations/gateway-errors.ts'

/** The client went away before its request was complete: nobody is left to be answered. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

const nothing = Buffer.alloc(0)

/** Whether the message announces a body (RFC 9112 §6.3). */
function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/**
 * Reads a whole body, whatever the method, chunked or not.
 *
 * What goes beyond the limit is read on and dropped, up to eight times the limit, before the refusal: a client that is
 * still sending would otherwise see a broken connection instead of the answer.
 *
 * @throws {GatewayError} RequestTooLarge
 * @throws {ClientGone}
 */
export async function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (!announcesBody(message)) return nothing
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    message.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
      else if (bytes > maxBytes * 8) reject(new GatewayError('RequestTooLarge'))
      else chunks.length = 0
    })
    message.on('end', () => {
      if (bytes > maxBytes) reject(new GatewayError('RequestTooLarge'))
      else resolve(chunks.length === 1 ? (chunks[0] ?? nothing) : Buffer.concat(chunks))
    })
    message.on('error', (error) => reject(new ClientGone(error.message)))
    message.on('close', () => reject(new ClientGone('closed')))
  })
}
