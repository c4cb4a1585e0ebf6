import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { EventBus } from '../../events/event-bus.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { QueueCredentials, QueueRegister, ReceiptQueues } from '../../receipts/ports.ts'
import { renderXml } from '../xml.ts'
import { errorAnswer, type MnsAnswer } from './answers.ts'
import { authenticate } from './authenticate.ts'
import { readAuthorization } from './authorization.ts'
import { authorize } from './authorize.ts'
import { checkContentMd5 } from './content-md5.ts'
import { parseHttpDate } from './http-date.ts'
import { LongPoll } from './long-poll.ts'
import { MnsError } from './mns-errors.ts'
import type { QueueParts } from './operation.ts'
import { findOperation } from './operations.ts'
import { type MnsResource, readTarget } from './request-target.ts'
import { stringsToSignV4 } from './signature-v4.ts'
import { stringsToSign } from './string-to-sign.ts'

/** What the queue protocol is joined to. */
export interface MnsOptions {
  readonly register: QueueRegister
  readonly queues: ReceiptQueues
  readonly credentials: QueueCredentials
  readonly bus: EventBus
  readonly clock: Clock
  readonly log: Log
}

/** 64 KiB of messages, were every character of them escaped, and what is around them. */
const bodyLimitBytes = 512 * 1024

/**
 * The queue protocol that receipts are pulled through, as a Fastify plugin for `/queues…`. Answers are XML, refusals
 * too. Absolute-form targets and double slashes must be mended by the server's `rewriteUrl`; signatures are checked
 * against the target as it was sent.
 */
export function mnsPlugin(options: MnsOptions): (app: FastifyInstance) => Promise<void> {
  const { register, queues, bus, clock } = options
  return async (app) => {
    const longPoll = new LongPoll({ queues, bus, clock })
    const answer = answerRequest(options, { register, queues, longPoll, bus })

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

/** The way of a request: authenticate, find the operation, authorize, find the caller's queue, run. */
function answerRequest({ credentials, clock }: MnsOptions, parts: QueueParts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<MnsAnswer> => {
    const { method, headers, originalUrl: target } = request
    const caller = await authenticate({ method, target, headers }, credentials, clock.now())
    const { resource, query } = readTarget(target)
    const operation = findOperation(method, resource, query)
    const wish = {
      operation: operation.name,
      path: pathOf(resource),
      fetchesReceipts: operation.fetchesReceipts === true,
    }
    await authorize(caller, wish, credentials)
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    // Fastify does not read the body of a GET.
    if (method !== 'GET') checkContentMd5(String(headers['content-md5'] ?? ''), body)
    const name = resource.kind === 'queues' ? '' : resource.queue
    const { accountId } = caller
    const origin = `${request.protocol}://${request.host}`
    const asked = { accountId, name, query, headers, body, origin, gone: connectionGone(reply) }
    if ('runOnAccount' in operation) return operation.runOnAccount(asked, parts)
    const queue = await parts.register.find(accountId, name)
    // Another account's queue is answered like one that does not exist; to a token for receipts, so is every other.
    if (queue === undefined || (caller.isReceiptToken && !queue.holdsReceipts)) throw new MnsError('QueueNotExist')
    return operation.runOnQueue({ ...asked, queue }, parts)
  }
}

function pathOf(resource: MnsResource): string {
  if (resource.kind === 'queues') return '/queues'
  return resource.kind === 'queue' ? `/queues/${resource.queue}` : `/queues/${resource.queue}/messages`
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
  return errorAnswer(known, request.id, `${request.protocol}://${request.host}`)
}

/** What a puzzled client needs to compare with its own; holds no secret. The headers were found readable before. */
function signedHere({ method, headers, originalUrl: target }: FastifyRequest): { stringToSign: string | undefined } {
  const parts = { method, target, headers }
  const claim = readAuthorization(headers.authorization)
  const at = parseHttpDate(String(headers.date ?? headers['x-mns-date'])) ?? 0
  const [first] = claim.scheme === 'V4' ? stringsToSignV4(parts, claim, at) : stringsToSign(parts)
  return { stringToSign: first?.slice(0, 1_000) }
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

function send(reply: FastifyReply, { status, xml, location }: MnsAnswer): FastifyReply {
  if (location !== undefined) void reply.header('location', location)
  void reply.code(status).header('x-mns-request-id', reply.request.id).header('x-mns-version', '2015-06-06')
  return xml === undefined ? reply.send() : reply.type('text/xml;charset=utf-8').send(renderXml(xml))
}
