import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { Clock } from '../../lib/clock.ts'

/** Checks by name; each resolves when its part can work, and rejects with the reason when it cannot. */
export type ReadyChecks = Readonly<Record<string, () => Promise<void>>>

export interface HealthPluginOptions {
  readonly clock: Clock
  readonly ready: ReadyChecks
  readonly registry: Registry
}

/** A check that says nothing for this long counts as failed, milliseconds. */
const checkTimeoutMs = 2000

/** `/healthz`: the process answers. `/readyz`: every part works, 503 with the reasons otherwise. `/metrics`: Prometheus. */
export function healthPlugin(app: FastifyInstance, { clock, ready, registry }: HealthPluginOptions): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const results = await Promise.all(
      Object.entries(ready).map(async ([name, check]) => [name, await outcomeOf(check, clock)] as const),
    )
    const isReady = results.every(([, outcome]) => outcome === 'ok')
    return reply
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? 'ready' : 'not ready', checks: Object.fromEntries(results) })
  })
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
}

/** `ok`, or why not. */
function outcomeOf(check: () => Promise<void>, clock: Clock): Promise<string> {
  return new Promise((resolve) => {
    const timer = clock.after(checkTimeoutMs, () => resolve(`no answer within ${checkTimeoutMs} ms`))
    check()
      .then(
        () => resolve('ok'),
        (error: unknown) => resolve(error instanceof Error ? error.message : String(error)),
      )
      .finally(() => timer.cancel())
  })
}
