import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { messageTypes, queueName } from '../../domain/receipt/receipt.ts'
import type { EventBus } from '../../events/event-bus.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { QueueCredentials, ReceiptQueues } from '../../receipts/ports.ts'
import { renderXml } from '../xml.ts'
import { errorAnswer, type MnsAnswer } from './answers.ts'
import { authenticate } from './authenticate.ts'
import { checkContentMd5 } from './content-md5.ts'
import { LongPoll } from './long-poll.ts'
import { MnsError } from './mns-errors.ts'
import { findOperation } from './operations.ts'
import { readTarget } from './request-target.ts'
import { stringsToSign } from './string-to-sign.ts'

/** What the queue protocol is joined to. */
export interface MnsOptions {
  readonly queues: ReceiptQueues
  readonly credentials: QueueCredentials
  readonly bus: EventBus
  readonly clock: Clock
  readonly log: Log
  /** How long a received message stays hidden, seconds. */
  readonly visibilitySeconds?: number
}

/** Sixteen receipt handles need 3 KiB. */
const bodyLimitBytes = 65_536

/**
 * The queue protocol that receipts are pulled through, as a Fastify plugin for `/queues…`. Answers are XML, refusals
 * too. Absolute-form targets and double slashes must be mended by the server's `rewriteUrl`; signatures are checked
 * against the target as it was sent.
 */
export function mnsPlugin(options: MnsOptions): (app: FastifyInstance) => Promise<void> {
  const { queues, bus, clock, visibilitySeconds = 30 } = options
  return async (app) => {
    const longPoll = new LongPoll({ queues, bus, clock, visibilitySeconds })
    const answer = answerRequest(options, longPoll, visibilitySeconds)

    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, (_request, body, done) => {
      done(null, body)
    })
    app.setErrorHandler((error, request, reply) => send(reply, refusal(error, request, options.log)))
    // Whoever waits is answered before the server stops to listen, so that connections can end.
    app.addHook('preClose', async () => longPoll.close())

    for (const url of ['/queues', '/queues/*']) {
      app.route({
        method: ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'],
        url,
        exposeHeadRoute: false,
        handler: async (request, reply) => send(reply, await answer(request, reply)),
      })
    }
  }
}

/** The way of a request: authenticate, find the operation and the caller's queue, run. */
function answerRequest(options: MnsOptions, longPoll: LongPoll, visibilitySeconds: number) {
  const { queues, credentials, clock } = options
  return async (request: FastifyRequest, reply: FastifyReply): Promise<MnsAnswer> => {
    const parts = { method: request.method, target: request.originalUrl, headers: request.headers }
    const caller = await authenticate(parts, credentials, clock.now())
    const { resource, query } = readTarget(request.originalUrl)
    const { queue, run } = findOperation(request.method, resource, query)
    if (!ownQueues(caller.accountId).includes(queue)) throw new MnsError('QueueNotExist')
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    // Fastify does not read the body of a GET.
    if (request.method !== 'GET') checkContentMd5(String(request.headers['content-md5'] ?? ''), body)
    return run({ queue, query, body, gone: connectionGone(reply) }, { queues, longPoll, visibilitySeconds })
  }
}

/** The queues an account may touch. Another account's queue is answered like one that does not exist. */
function ownQueues(accountId: string): string[] {
  return messageTypes.map((type) => queueName(accountId, type))
}

/** Aborted when the client hangs up before its answer. */
function connectionGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  if (reply.raw.destroyed) gone.abort()
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}

function refusal(error: unknown, request: FastifyRequest, log: Log): MnsAnswer {
  const known = asMnsError(error)
  const fields = { requestId: request.id, method: request.method, code: known.code }
  if (known.status >= 500) log.error({ ...fields, err: error }, 'queue request failed')
  else if (known.code === 'SignatureDoesNotMatch') log.info({ ...fields, ...signedHere(request) }, 'signature refused')
  else log.debug(fields, 'queue request refused')
  return errorAnswer(known, request.id, `http://${request.host}`)
}

/** What a puzzled client needs to compare with its own; holds no secret. */
function signedHere(request: FastifyRequest): { stringToSign: string | undefined } {
  const parts = { method: request.method, target: request.originalUrl, headers: request.headers }
  return { stringToSign: stringsToSign(parts)[0]?.slice(0, 1_000) }
}

/** Fastify's own refusals (a body that is too long, or not what its headers say) carry a 4xx status. */
function asMnsError(error: unknown): MnsError {
  if (error instanceof MnsError) return error
  const statusCode = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  if (statusCode === 413) return new MnsError('InvalidArgument', `The body may have ${bodyLimitBytes} bytes at most.`)
  if (statusCode === 415) return new MnsError('InvalidArgument', 'The Content-Type header cannot be read.')
  const isClientError = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  return new MnsError(isClientError ? 'InvalidArgument' : 'InternalError')
}

function send(reply: FastifyReply, { status, xml }: MnsAnswer): FastifyReply {
  void reply.code(status).header('x-mns-request-id', reply.request.id).header('x-mns-version', '2015-06-06')
  return xml === undefined ? reply.send() : reply.type('text/xml;charset=utf-8').send(renderXml(xml))
}
