import type { FastifyInstance } from 'fastify'
import { varyWith } from './compress.ts'

const preflight = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, if-match, if-none-match, x-csrf-token, x-acs-action, x-acs-version, x-acs-date, x-acs-signature-nonce, x-acs-content-sha256, x-acs-security-token, x-acs-accesskey-id, x-acs-bearer-token',
  'access-control-max-age': '600',
}

const exposed = 'etag, retry-after, x-request-id, x-acs-request-id, x-acs-retry-after'

/**
 * Lets the console of another origin use this port from a browser (Fetch standard, CORS protocol). Every other origin is
 * answered as without CORS, and its browser keeps the answer from the page.
 *
 * @param origin scheme, host and port, as browsers send it: `https://console.example.com`
 */
export function allowConsole(app: FastifyInstance, origin: string): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('vary', varyWith(reply.getHeader('vary'), 'origin'))
    if (request.headers.origin !== origin) return done()
    reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true')
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      reply.code(204).headers(preflight).send()
      return
    }
    reply.header('access-control-expose-headers', exposed)
    done()
  })
}
