import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { askStun, StunFailed } from '../../src/sip/stun/ask-stun.ts'
import { freePort } from '../sockets/ports.ts'

/** Debian's coturn as a STUN server alone, on a free port of 127.0.0.1. */
async function startCoturn(): Promise<{ host: string; port: number }> {
  const port = await freePort()
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

async function answers(server: { host: string; port: number }): Promise<boolean> {
  try {
    await askStun([server], '127.0.0.1', systemClock)
    return true
  } catch (error) {
    if (error instanceof StunFailed) return false
    throw error
  }
}

it('coturn sees the very socket that asked', async () => {
  const server = await startCoturn()
  await expect.poll(() => answers(server)).toBe(true)
  const { local, mapped } = await askStun([server, server], '127.0.0.1', systemClock)
  expect(mapped).toEqual([local, local])
})
