import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { hasCode } from '../../lib/error-code.ts'
import { silentLog } from '../../lib/log.ts'
import { StreamConnection } from './stream-connection.ts'

test('a far end that pings and never reads the answers loses its connection, and costs little until then', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  const far = connect(bound.port, '127.0.0.1')
  const [socket]: Socket[] = await once(server, 'connection')
  if (socket === undefined) throw new Error('no connection')
  let unsent = 0
  let writes = 0
  const write = socket.write.bind(socket)
  socket.write = (bytes: string | Uint8Array) => {
    writes++
    unsent += bytes.length
    return write(bytes)
  }
  // As if nothing left: the system's own buffers are large.
  Object.defineProperty(socket, 'writableLength', { get: () => unsent })
  const closed = new Promise<void>((resolve) => {
    const news = { message: () => undefined, closed: resolve }
    new StreamConnection({ id: 1, socket, transport: 'tcp' }, { clock: new FakeClock(), log: silentLog }, news)
  })
  const pings = Buffer.alloc(64 * 1024, '\r\n')
  // What it still writes goes nowhere.
  far.on('error', (error) => {
    if (!hasCode(error, 'ECONNRESET', 'EPIPE')) throw error
  })
  for (let chunk = 0; chunk < 48; chunk++) far.write(pings)
  await closed
  expect(unsent).toBeLessThan(2 << 20)
  expect(writes).toBeLessThan(1000)
  far.destroy()
  server.close()
})
