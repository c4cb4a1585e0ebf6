import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { askStun } from '../../src/sip/stun/ask-stun.ts'

/** Debian's coturn as a STUN server alone, on a free port of 127.0.0.1. */
async function startCoturn(): Promise<{ host: string; port: number }> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  const only = [
    '--stun-only',
    '--no-tls',
    '--no-dtls',
    '--no-tcp',
    '--no-cli',
    '--no-stdout-log',
    '--log-file',
    '/dev/null',
  ]
  const where = ['-n', '--listening-ip', '127.0.0.1', '--listening-port', String(port), '--pidfile', '/dev/null']
  const coturn = spawn('timeout', ['60s', 'turnserver', ...where, ...only], { stdio: 'ignore' })
  onTestFinished(async () => {
    const ended = once(coturn, 'exit')
    coturn.kill('SIGTERM')
    await ended
  })
  return { host: '127.0.0.1', port }
}

it('coturn sees the very socket that asked', async () => {
  const server = await startCoturn()
  await expect
    .poll(() =>
      askStun([server], '127.0.0.1', systemClock).then(
        () => 'up',
        () => 'not yet',
      ),
    )
    .toBe('up')
  const { local, mapped } = await askStun([server, server], '127.0.0.1', systemClock)
  expect(mapped).toEqual([local, local])
})
