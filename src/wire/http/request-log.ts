import type { FastifyInstance } from 'fastify'
import type { Log } from '../../lib/log.ts'

/**
 * One line for every answered request, whatever route it took, under the id that its answer carries. The path stands
 * there without its query, which holds signatures, numbers and codes.
 */
export function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', (request, reply, done) => {
    log.debug(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request answered',
    )
    done()
  })
}
