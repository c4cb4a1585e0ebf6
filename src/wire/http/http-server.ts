import fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyPluginCallback } from 'fastify'
import type { Registry } from 'prom-client'
import { createCallIds } from '../../domain/call/call-id.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { GatewayError, type GatewayErrorName } from '../../operations/gateway-errors.ts'
import type { Operation, OperationSettings } from '../../operations/operation.ts'
import type { Ports } from '../../operations/ports.ts'
import { createBrokenHttp } from './broken-http.ts'
import { compressAnswers } from './compress.ts'
import { allowConsole } from './console-cors.ts'
import { errorsPlugin } from './errors-plugin.ts'
import { renderFailure } from './gateway.ts'
import { gatewayPlugin, send } from './gateway-plugin.ts'
import { healthPlugin, type ReadyChecks } from './health-plugin.ts'
import { createNonceMemory } from './nonce-memory.ts'
import { logRequests } from './request-log.ts'
import { createRequestMetrics } from './request-metrics.ts'
import { noThrottle, type Throttle } from './throttle.ts'

export interface HttpServerOptions {
  readonly catalogue: readonly Operation[]
  readonly ports: Ports
  readonly settings: OperationSettings
  readonly clock: Clock
  readonly log: Log
  readonly registry: Registry
  /** Further parts on the same port: the queue protocol, the virtual phones. */
  readonly plugins: readonly (FastifyPluginAsync | FastifyPluginCallback)[]
  /** What `/readyz` asks. */
  readonly ready: ReadyChecks
  readonly limits?: HttpLimits
  /** Holds the requests a second of the catalogue; absent: they are not held. */
  readonly throttle?: Throttle
  /** Whether a failure passes by itself (the database is away): then the answer says so, and is no fault of ours. */
  readonly isTemporary?: (error: unknown) => boolean
  /** Origin of a console that is served from elsewhere, `https://console.example.com`; absent: no CORS. */
  readonly consoleOrigin?: string
  /** Makes the CallIds; by default those of an instance drawn at random. */
  readonly nextCallId?: () => string
}

export interface HttpLimits {
  /** Body of a signed request, bytes; 1 MiB by default. */
  readonly maxBodyBytes?: number
  /** Request line and headers together, bytes; 64 KiB by default. */
  readonly maxHeaderBytes?: number
  /** Time for a request to arrive completely, milliseconds; 30 s by default. */
  readonly requestTimeoutMs?: number
  /** How long an idle connection is kept, milliseconds; 75 s by default, longer than balancers keep theirs. */
  readonly keepAliveMs?: number
  /** Used nonces that are remembered; 4 million by default. */
  readonly maxNonces?: number
}

/** The HTTP port of a node, with everything on it, not listening yet. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { catalogue, ports, settings, clock, log, limits = {} } = options
  const requestTimeout = limits.requestTimeoutMs ?? 30_000
  const isTemporary = options.isTemporary ?? (() => false)
  const brokenHttp = createBrokenHttp((code) => rejected(code, crypto.randomUUID().toUpperCase()).answer)
  const app = fastify({
    logger: false,
    http: { maxHeaderSize: limits.maxHeaderBytes ?? 64 * 1024, headersTimeout: requestTimeout },
    requestTimeout,
    keepAliveTimeout: limits.keepAliveMs ?? 75_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    genReqId: () => crypto.randomUUID().toUpperCase(),
    rewriteUrl: (request) => plainPath(request.url ?? '/'),
    clientErrorHandler: (error, socket) => brokenHttp.answer(error, socket),
    frameworkErrors: (_error, request, reply) => {
      return send(reply, rejected('InvalidRequest', request.id, request.headers.host))
    },
  })
  brokenHttp.watch(app)
  logRequests(app, log)
  compressAnswers(app)
  if (options.consoleOrigin !== undefined) allowConsole(app, options.consoleOrigin)
  const parts = {
    operations: new Map(catalogue.map((one) => [one.name, one])),
    services: {
      calls: ports.calls,
      directory: ports.directory,
      records: ports.records,
      queueTokens: ports.queueTokens,
      temporaryKeys: ports.temporaryKeys,
      settings,
      nextCallId: options.nextCallId ?? createCallIds(clock),
    },
    checks: {
      directory: ports.directory,
      temporaryKeys: ports.temporaryKeys,
      nonces: createNonceMemory(clock, limits.maxNonces),
    },
    throttle: options.throttle ?? noThrottle,
    log,
    isTemporary,
  }
  const metrics = createRequestMetrics(options.registry)
  const maxBodyBytes = limits.maxBodyBytes ?? 1024 * 1024
  app.register(async (scope) => gatewayPlugin(scope, { parts, clock, metrics, maxBodyBytes }))
  app.register(async (scope) => healthPlugin(scope, { clock, ready: options.ready, registry: options.registry }))
  app.register(async (scope) => errorsPlugin(scope))
  for (const plugin of options.plugins) app.register(plugin)
  app.setNotFoundHandler((request, reply) => {
    const isApi = (request.raw.url ?? '').replace(/\?.*/s, '') === '/'
    const code = isApi ? 'UnsupportedHTTPMethod' : 'InvalidAction.NotFound'
    return send(reply, rejected(code, request.id, request.headers.host))
  })
  return app

  /** A gateway error for what reached no route, in JSON. */
  function rejected(name: GatewayErrorName, requestId: string, host = 'localhost') {
    const nothing = { query: '', body: Buffer.alloc(0), scheme: 'http', now: clock.now() } as const
    const inbound = { method: '', headers: { host }, requestId, ...nothing }
    return renderFailure(new GatewayError(name), undefined, inbound, 'JSON', { log, isTemporary })
  }
}

/** The path of an absolute-form target (`http://host/…`, sent to proxies), without the doubled slash some clients send. */
function plainPath(url: string): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '').replace(/^\/*/, '/')
}
