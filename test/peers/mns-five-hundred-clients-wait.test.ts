import http from 'node:http'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { sign } from '../../src/wire/mns/string-to-sign.ts'
import { startMnsServer } from './mns-server.ts'

const clients = 500
const queue = 'Alicom-Queue-1000000001-VoiceReport'
const target = `/queues/${queue}/messages?waitseconds=30`
let server: Awaited<ReturnType<typeof startMnsServer>>

beforeAll(async () => {
  server = await startMnsServer()
  server.store.open(queue)
})
afterAll(() => server.app.close())

/** A signed long poll on a connection of its own. @returns status and body of its answer */
function poll(): Promise<{ status: number; body: string }> {
  const date = new Date().toUTCString()
  const text = `GET\n\n\n${date}\nx-mns-version:2015-06-06\n${target}`
  const authorization = `MNS testId:${sign('testSecret', text)}`
  const headers = { date, 'x-mns-version': '2015-06-06', authorization }
  const { port } = new URL(server.endpoint)
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path: target, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
    })
    request.on('error', reject)
  })
}

it('five hundred clients that wait at one queue cost a question a second, and each gets one of five hundred messages', async () => {
  const { store, bus } = server
  const answers = Array.from({ length: clients }, poll)
  // Each looks once before it stands in line.
  await vi.waitFor(() => expect(store.receives).toBeGreaterThanOrEqual(clients), { timeout: 60_000 })
  await vi.waitFor(() => expect(store.readies).toBeGreaterThanOrEqual(2), { timeout: 60_000 })
  const [receives, readies] = [store.receives, store.readies]
  await vi.waitFor(() => expect(store.readies).toBeGreaterThanOrEqual(readies + 3), { timeout: 60_000 })
  expect(store.receives).toBe(receives)
  for (let index = 0; index < clients; index++) store.put(queue, `{"n":${index}}`)
  bus.emit('receipts.queued', { queues: [queue] })
  const got = await Promise.all(answers)
  expect(new Set(got.map((one) => one.status))).toEqual(new Set([200]))
  const bodies = got.map((one) => /<MessageBody>([^<]*)</.exec(one.body)?.[1])
  expect(new Set(bodies).size).toBe(clients)
  // 256 messages a question, and one that finds nobody left in line.
  expect(store.receives - receives).toBeLessThanOrEqual(5)
})
