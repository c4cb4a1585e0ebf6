import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { GatewayErrorName } from '../../operations/gateway-errors.ts'
import type { Answer } from './inbound.ts'

/** Answers what is no HTTP request at all, has too large a head, is too slow or ends too early. */
export interface BrokenHttp {
  /** Fastify's `clientErrorHandler`; also for further servers on the same routes. */
  answer(error: NodeJS.ErrnoException, socket: Socket): void
  /** Watches whose head arrived, so that a missing rest can be told from a broken head. */
  watch(app: FastifyInstance): void
}

/**
 * The answer goes to the bare socket, which is then closed.
 *
 * @param render makes the answer for a code, under a request id of its own
 */
export function createBrokenHttp(render: (code: GatewayErrorName) => Answer): BrokenHttp {
  const withHead = new WeakSet<Socket>()
  return {
    watch(app) {
      app.addHook('onRequest', (request, _reply, done) => {
        withHead.add(request.raw.socket)
        done()
      })
      app.addHook('onResponse', (request, _reply, done) => {
        withHead.delete(request.raw.socket)
        done()
      })
    },
    answer(error, socket) {
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy()
        return
      }
      const isCutOff = error.code === 'HPE_INVALID_EOF_STATE' && withHead.has(socket)
      const code = isCutOff ? 'ContentLengthDoesNotMatch' : (codes[error.code ?? ''] ?? 'InvalidRequest')
      const { status, contentType, body } = render(code)
      socket.end(
        `HTTP/1.1 ${status} ${status === 408 ? 'Request Timeout' : 'Bad Request'}\r\n` +
          `Content-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
          `Connection: close\r\n\r\n${body}`,
      )
    },
  }
}

/** Error codes of Node's HTTP parser. */
const codes: Readonly<Record<string, GatewayErrorName>> = {
  HPE_HEADER_OVERFLOW: 'RequestTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'RequestTimeout',
}
