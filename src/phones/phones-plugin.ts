import type { FastifyError, FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { callRoutes } from './http/call-routes.ts'
import { eventRoutes } from './http/event-stream.ts'
import { heardRoutes } from './http/heard-routes.ts'
import { phoneRoutes } from './http/phone-routes.ts'
import { Refusal } from './http/refusal.ts'
import type { Phones } from './phones.types.ts'

export interface PhonesPluginOptions {
  readonly phones: Phones
  readonly clock: Clock
  readonly log: Log
}

/**
 * The control API of the virtual phones at `/phones`, for the main HTTP port. Only for the dev profile: whoever reaches
 * it may hear and steer every phone.
 */
export function phonesPlugin(options: PhonesPluginOptions): FastifyPluginAsync {
  return async (app) => {
    await app.register(async (phonesApp) => routes(phonesApp, options), { prefix: '/phones' })
  }
}

function routes(app: FastifyInstance, { phones, clock, log }: PhonesPluginOptions): void {
  // Bodies are read here, whatever their content type says: a script as JSON, audio as it is.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.setErrorHandler<FastifyError | Refusal>((error, request, reply) => {
    const refusal = error instanceof Refusal ? error : asRefusal(error)
    if (refusal !== undefined) return reply.code(refusal.status).send({ code: refusal.code, message: refusal.message })
    log.error({ requestId: request.id, error: error.stack }, 'the control of the virtual phones failed')
    return reply.code(500).send({ code: 'internal', message: 'this is a fault of the node; its log tells more' })
  })
  app.setNotFoundHandler((_request, reply) => {
    const refusal = new Refusal('noSuchPath', `nothing here; known are ${paths.join(', ')}`)
    return reply.code(refusal.status).send({ code: refusal.code, message: refusal.message })
  })

  // Answers that wait end before the server stops listening; otherwise they would hold it up.
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())

  phoneRoutes(app, phones)
  callRoutes(app, { phones, clock, closing: closing.signal })
  heardRoutes(app, phones)
  eventRoutes(app, { phones, clock, closing: closing.signal })
}

const paths = [
  'GET /phones',
  'GET, PUT, DELETE /phones/{number}',
  'GET /phones/{number}/calls',
  'GET /phones/{number}/calls/{id}',
  'GET /phones/{number}/calls/{id}/heard.wav and heard.json',
  'GET /phones/{number}/heard.wav and heard.json',
  'GET /phones/{number}/events',
  'PUT /phones/audio/{name}.wav',
]

/** What the HTTP server itself refuses, in our words. */
function asRefusal(error: FastifyError): Refusal | undefined {
  if (error.statusCode === 413)
    return new Refusal('tooLarge', 'the body is too large: 64 KiB for a script, 8 MiB for audio')
  if (error.statusCode !== undefined && error.statusCode < 500) return new Refusal('badQuery', error.message)
  return undefined
}
