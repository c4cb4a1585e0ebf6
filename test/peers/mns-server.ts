import { Registry } from 'prom-client'
import { MemoryPorts } from '../../fakes/memory-ports.ts'
import { MemoryQueues } from '../../fakes/memory-queues.ts'
import { MemoryCredentials, MemoryReceipts } from '../../fakes/memory-receipts.ts'
import { createEventBus } from '../../src/events/event-bus.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createHttpServer } from '../../src/wire/http/http-server.ts'
import { mnsPlugin } from '../../src/wire/mns/mns-plugin.ts'

/**
 * The HTTP server of a node with the queue protocol over memory, on loopback, for clients that bring their own sockets.
 * Account 1000000001 has the key testId.
 */
export async function startMnsServer() {
  const store = new MemoryReceipts(systemClock)
  const register = new MemoryQueues(store, systemClock)
  const bus = createEventBus()
  const credentials = new MemoryCredentials()
  credentials.keys.push({ accessKeyId: 'testId', accountId: '1000000001', secret: 'testSecret', enabled: true })
  const app = createHttpServer({
    catalogue: [],
    ports: new MemoryPorts(),
    settings: { frequency: undefined },
    clock: systemClock,
    log: silentLog,
    registry: new Registry(),
    plugins: [mnsPlugin({ register, queues: store, credentials, bus, clock: systemClock, log: silentLog })],
    ready: {},
  })
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 })
  return { endpoint, app, store, bus, credentials }
}
