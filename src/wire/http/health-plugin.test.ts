import fastify from 'fastify'
import { Counter, Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { healthPlugin, type ReadyChecks } from './health-plugin.ts'

function server(ready: ReadyChecks) {
  const app = fastify()
  const clock = new FakeClock()
  const registry = new Registry()
  new Counter({ name: 'rings_total', help: 'Rings.', registers: [registry] }).inc(2)
  app.register(async (scope) => healthPlugin(scope, { clock, ready, registry }))
  return { app, clock }
}

it('is alive whatever its parts say', async () => {
  const { app } = server({ database: () => Promise.reject(new Error('gone')) })
  expect((await app.inject('/healthz')).statusCode).toBe(200)
})

it('is ready when every part is, and names the part that is not', async () => {
  const fine = await server({ database: async () => {} }).app.inject('/readyz')
  expect([fine.statusCode, fine.json()]).toEqual([200, { status: 'ready', checks: { database: 'ok' } }])
  const broken = await server({
    database: () => Promise.reject(new Error('connection refused')),
    trunk: async () => {},
  }).app.inject('/readyz')
  expect([broken.statusCode, broken.json()]).toEqual([
    503,
    { status: 'not ready', checks: { database: 'connection refused', trunk: 'ok' } },
  ])
})

it('is not ready when a part does not answer, and leaves no timer behind', async () => {
  const { app, clock } = server({ database: () => new Promise(() => {}) })
  await app.ready()
  const asked = app.inject('/readyz')
  while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve))
  await clock.advance(2000)
  expect((await asked).json()).toEqual({ status: 'not ready', checks: { database: 'no answer within 2000 ms' } })
  expect(clock.pendingTimers).toBe(0)
})

it('shows the metrics of the registry', async () => {
  expect((await server({}).app.inject('/metrics')).body).toContain('rings_total 2')
})
