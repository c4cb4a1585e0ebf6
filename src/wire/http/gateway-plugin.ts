import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../lib/clock.ts'
import { GatewayError } from '../../operations/gateway-errors.ts'
import { type Answered, answer, type GatewayParts, renderFailure } from './gateway.ts'
import { answerFormat } from './identify.ts'
import type { Inbound } from './inbound.ts'
import { ClientGone, readBody } from './read-body.ts'
import type { RequestMetrics } from './request-metrics.ts'

export interface GatewayPluginOptions {
  readonly parts: GatewayParts
  readonly clock: Clock
  readonly metrics: RequestMetrics
  readonly maxBodyBytes: number
}

/** The signed API at `/`, by every method (all but GET and POST are refused in the gateway's own shape). */
export function gatewayPlugin(app: FastifyInstance, options: GatewayPluginOptions): void {
  const { parts, clock, metrics, maxBodyBytes } = options
  // The body is read in the handler, for GET as well: parameters may be in a form whatever the method.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined))
  app.all('/', handle)
  app.setErrorHandler((error, request, reply) => {
    const inbound = inboundOf(request, Buffer.alloc(0))
    return send(reply, renderFailure(gatewayErrorOf(error), undefined, inbound, answerFormat(inbound), parts))
  })

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    let body: Buffer
    try {
      body = await readBody(request.raw, maxBodyBytes)
    } catch (error) {
      if (error instanceof ClientGone) return reply.hijack()
      throw error
    }
    const inbound = inboundOf(request, body)
    const startMs = clock.monotonicMs()
    const answered = await answer(inbound, parts)
    metrics.answered(answered.operation, answered.code, (clock.monotonicMs() - startMs) / 1000)
    return send(reply, answered)
  }

  function inboundOf({ raw, id, headers, protocol }: FastifyRequest, body: Buffer): Inbound {
    const url = raw.url ?? '/'
    const mark = url.indexOf('?')
    const query = mark === -1 ? '' : url.slice(mark + 1)
    return { method: raw.method ?? 'GET', query, headers, body, scheme: protocol, requestId: id, now: clock.now() }
  }
}

/** Sends an answer. HTTP status 413 and 415 end the connection: the rest of the body may still be on its way. */
export function send(
  reply: FastifyReply,
  { answer: { status, contentType, body, retryAfterMs } }: Answered,
): FastifyReply {
  reply.code(status).header('content-type', contentType).header('x-acs-request-id', reply.request.id)
  if (retryAfterMs !== undefined) reply.header('x-acs-retry-after', String(retryAfterMs))
  if (status === 413 || status === 415) reply.header('connection', 'close')
  return reply.send(body)
}

/** What Fastify found wrong with a request before we saw it, in the gateway's words. */
function gatewayErrorOf(error: unknown): unknown {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return new GatewayError('RequestTooLarge')
  if (status === 415) return new GatewayError('UnsupportedMediaType')
  if (typeof status === 'number' && status >= 400 && status < 500) return new GatewayError('InvalidRequest')
  return error
}
