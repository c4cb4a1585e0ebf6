import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** A sipp that answers whoever calls: INVITE, 180, 200, ACK, BYE, 200, no audio. */
export interface SippCallee {
  /** Where it answers, on 127.0.0.1 by UDP. */
  readonly port: number
  close(): Promise<void>
}

/** sipp ends by itself after this long, also when nobody ends it. */
const longestBenchSeconds = 3600

/**
 * Room for datagrams that wait, bytes; the kernel gives at most `net.core.rmem_max`. A sipp that is not on a core for a
 * while finds its messages later instead of never: what it loses it does not always recover by sending again.
 */
export const sippBuffer = ['-buff_size', String(4 * 1024 ** 2)] as const

/** @throws when sipp is not installed, with the command that installs it */
export async function startSippCallee(): Promise<SippCallee> {
  const port = await freeUdpPort()
  const options = ['-sn', 'uas', '-i', '127.0.0.1', '-p', String(port), ...sippBuffer, '-nostdin']
  const callee = spawn('sipp', [...options, '-timeout', String(longestBenchSeconds)], { stdio: 'ignore' })
  await new Promise<void>((resolve, reject) => {
    callee.once('error', (cause) => reject(new Error('sipp is needed: apt-get install sip-tester', { cause })))
    callee.once('spawn', resolve)
  })
  return {
    port,
    async close() {
      if (callee.exitCode !== null || callee.signalCode !== null) return
      const gone = once(callee, 'exit')
      callee.kill('SIGKILL')
      await gone
    },
  }
}

function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}
