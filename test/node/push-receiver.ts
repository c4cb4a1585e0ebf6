import { createServer } from 'node:http'
import { vi } from 'vitest'
import { listenOnLoopback } from '../sockets/ports.ts'
import { patienceMs } from './node-client.ts'
import type { PulledReceipt } from './pull-receipts.ts'

/** A customer's HTTP endpoint on loopback that takes every push. */
export interface PushReceiver {
  readonly url: string
  /** Waits until there are so many receipts of the call. @returns them, in the order of arrival */
  until(callId: string, count: number): Promise<PulledReceipt[]>
  close(): Promise<void>
}

export async function startPushReceiver(): Promise<PushReceiver> {
  const received: PulledReceipt[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const receipts: PulledReceipt[] = JSON.parse(Buffer.concat(chunks).toString('utf8'))
      received.push(...receipts)
      response.end('{"code":0,"msg":"ok"}')
    })
  })
  const port = await listenOnLoopback(server)
  return {
    url: `http://127.0.0.1:${port}/receipts`,
    until: (callId, count) =>
      vi.waitFor(
        () => {
          const ours = received.filter((receipt) => receipt['call_id'] === callId)
          if (ours.length < count) throw new Error(`${ours.length} of ${count} receipts of call ${callId} were pushed`)
          return ours
        },
        { timeout: patienceMs, interval: 50 },
      ),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
