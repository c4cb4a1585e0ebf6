import { createServer, type Server, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { CertificateSource } from './certificate-source.ts'
import type { Certificate } from './self-signed.ts'

export interface HttpsPortOptions {
  readonly source: CertificateSource
  readonly clock: Clock
  readonly log: Log
  /** Request line and headers together, bytes; 64 KiB by default, as on the HTTP port. */
  readonly maxHeaderBytes?: number
}

/** A second door to everything that the HTTP port serves. It closes with the app. */
export interface HttpsPort {
  /** @returns the port that was bound @throws {CertificateRefused} and errors of binding */
  listen(host: string, port: number): Promise<number>
}

/** How often the certificate is looked at again, milliseconds. */
const lookAgainMs = 3_600_000

/** Limits of the HTTP server that hold on this port as well. */
const sharedLimits = [
  'headersTimeout',
  'requestTimeout',
  'keepAliveTimeout',
  'maxRequestsPerSocket',
  'timeout',
] as const

/** To be called before the app is ready. */
export function createHttpsPort(app: FastifyInstance, options: HttpsPortOptions): HttpsPort {
  const { source, clock, log, maxHeaderBytes = 64 * 1024 } = options
  let server: Server | undefined
  let timer: Timer | undefined
  let closed: Promise<void> | undefined

  app.addHook('preClose', async () => {
    timer?.cancel()
    const ending = server
    // Requests under way are answered first; whoever waits in a long poll is told by the plugin that holds it.
    if (ending !== undefined) closed = new Promise((resolve) => ending.close(() => resolve()))
  })
  app.addHook('onClose', async () => closed)

  function lookAgain(https: Server, current: Certificate): void {
    timer = clock.after(lookAgainMs, () => {
      source(clock.now())
        .then((next) => {
          if (next.cert !== current.cert) {
            https.setSecureContext(next)
            log.info({}, 'the HTTPS port has a new certificate')
          }
          lookAgain(https, next)
        })
        .catch((error: unknown) => {
          log.warn(
            { error: error instanceof Error ? error.message : String(error) },
            'the old certificate stays in use',
          )
          lookAgain(https, current)
        })
    })
  }

  return {
    async listen(host, port) {
      const certificate = await source(clock.now())
      await app.ready()
      const settings: ServerOptions = { ...certificate, minVersion: 'TLSv1.2', maxHeaderSize: maxHeaderBytes }
      const https = createServer(settings, (request, response) => app.routing(request, response))
      for (const limit of sharedLimits) {
        const value = app.server[limit]
        if (value !== null) https[limit] = value
      }
      https.on('clientError', (error, socket) => app.server.emit('clientError', error, socket))
      await new Promise<void>((resolve, reject) => {
        https.once('error', reject)
        https.listen({ host, port }, resolve)
      })
      server = https
      lookAgain(https, certificate)
      return portOf(https.address())
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
