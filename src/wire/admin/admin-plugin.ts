import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { SignIn } from '../../admin/access/sign-in.ts'
import { routeGroups, routes } from '../../admin/catalogue.ts'
import { AdminError } from '../../admin/errors.ts'
import { openApiDocument } from '../../admin/openapi.ts'
import type { AdminPorts } from '../../admin/ports.ts'
import type { AdminRequest, AdminResponse } from '../../admin/serve/request.ts'
import { type AdminParts, refusalOf, serveRequest } from '../../admin/serve/serve-request.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { GatewayError } from '../../operations/gateway-errors.ts'
import { ClientGone, readBody } from '../http/read-body.ts'

export interface AdminPluginOptions {
  readonly ports: AdminPorts
  readonly clock: Clock
  readonly log: Log
  /** Whether a failure passes by itself: the database is away. */
  readonly isTemporary: (error: unknown) => boolean
  /** Of the product, for the document. */
  readonly version: string
}

/** The administration at `/admin`. Nothing of it is open without a key or a session, but signing in. */
export function adminPlugin({ ports, clock, log, isTemporary, version }: AdminPluginOptions): FastifyPluginAsync {
  const signIn = new SignIn(ports.access.people, ports.access.logins, clock)
  let drawn: object | undefined
  const document = () => {
    drawn ??= openApiDocument(routeGroups, version)
    return drawn
  }
  const { accounts, pushLog, announcements, recordings, trunks, access } = ports
  const services = {
    ...{ accounts, pushLog, announcements, recordings, trunks, access, clock, signIn, document },
    exclusively: <Result>(subject: string, work: () => Promise<Result>) => ports.exclusively(subject, work),
    convertVoice: (bytes: Buffer) => ports.convertVoice(bytes),
  }
  const parts = { routes, services, log, isTemporary }
  return async (app) => {
    await app.register(async (scope) => serve(scope, parts))
  }
}

function serve(app: FastifyInstance, parts: AdminParts): void {
  // The body is read once it is known who sends it: a stranger cannot make the node hold a large one.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined))
  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      return send(reply, await serveRequest(adminRequest(request), parts))
    } catch (error) {
      if (error instanceof ClientGone) return reply.hijack()
      throw error
    }
  }
  app.all('/admin', handle)
  app.all('/admin/*', handle)
  app.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
    const isTheirs = typeof status === 'number' && status >= 400 && status < 500
    return send(reply, refusalOf(isTheirs ? new AdminError('malformedBody') : error, { requestId: request.id }, parts))
  })
}

function adminRequest(request: FastifyRequest): AdminRequest {
  const [path = '', ...query] = (request.raw.url ?? '').split('?')
  return {
    requestId: request.id,
    method: request.method,
    path: path.replace(/^\/admin/, ''),
    query: query.join('?'),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    ),
    address: request.ip,
    isSecure: request.protocol === 'https',
    async readBody(maxBytes) {
      try {
        return await readBody(request.raw, maxBytes)
      } catch (error) {
        if (error instanceof GatewayError) throw new AdminError('tooLarge')
        throw error
      }
    },
  }
}

function send(reply: FastifyReply, { status, headers, body }: AdminResponse): FastifyReply {
  reply.code(status).headers({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': reply.request.id,
    ...headers,
  })
  // A body that is too large may still be on its way.
  if (status === 413) reply.header('connection', 'close')
  return status === 204 || status === 304 ? reply.send() : reply.send(body)
}
