import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { MemoryPorts } from '../../fakes/memory-ports.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { catalogue } from '../../src/operations/catalogue.ts'
import { createHttpServer } from '../../src/wire/http/http-server.ts'
import { signedUrl } from '../../src/wire/signature/sign.ts'
import { expectBrokenOff } from '../sockets/broken-off.ts'

let app: FastifyInstance
let ports: MemoryPorts
let port: number
const errors: object[] = []

beforeEach(async () => {
  errors.length = 0
  ports = new MemoryPorts()
  app = createHttpServer({
    catalogue,
    ports,
    settings: { frequency: undefined },
    clock: systemClock,
    log: { ...silentLog, error: (fields) => void errors.push(fields) },
    registry: new Registry(),
    plugins: [],
    ready: {},
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address: AddressInfo | string | null = app.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server listens on no port')
  port = address.port
})

afterEach(async () => {
  await app.close()
  expect(errors).toEqual([])
})

/** Sends bytes on a connection of its own and reads until the server closes it. */
async function exchange(...pieces: (string | Buffer)[]): Promise<string> {
  const socket = net.connect(port, '127.0.0.1')
  // A server that refuses may close before everything was written: what it said is still read.
  socket.on('error', expectBrokenOff)
  let heard = ''
  socket.setEncoding('utf8').on('data', (text) => {
    heard += text
  })
  for (const piece of pieces) socket.write(piece)
  await once(socket, 'close')
  return heard
}

function signedPath(): string {
  const parameters = { CalledNumber: '13900000000', TtsCode: 'TTS_10001', TtsParam: '{"code":"1"}' }
  const keys = { accessKeyId: 'testId', secret: 'testSecret' }
  const url = signedUrl({ endpoint: 'http://x', action: 'SingleCallByTts', parameters, ...keys, now: Date.now() })
  return url.slice('http://x'.length)
}

const closing = 'Host: x\r\nConnection: close\r\n'
const formType = 'Content-Type: application/x-www-form-urlencoded\r\n'

it('what is no HTTP is answered 400 in the shape of the gateway', async () => {
  const answer = await exchange('this is not http\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toContain('"Code":"InvalidRequest"')
})

it('a head of more than 64 KiB is answered RequestTooLarge', async () => {
  const answer = await exchange(`GET /?a=${'x'.repeat(70_000)} HTTP/1.1\r\n${closing}\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(answer).toContain('"Code":"RequestTooLarge"')
})

it('a body of more than 1 MiB is answered RequestTooLarge, also when nobody said how long it would be', async () => {
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  const head = `POST /?Format=JSON HTTP/1.1\r\nHost: x\r\n${formType}`
  const chunked = await exchange(`${head}Transfer-Encoding: chunked\r\n\r\n`, ...Array(17).fill(chunk), '0\r\n\r\n')
  const counted = await exchange(`${head}Content-Length: 1500000\r\n\r\n`, 'x'.repeat(1_500_000))
  for (const answer of [chunked, counted]) {
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('"Code":"RequestTooLarge"')
  }
})

it('a form that comes in chunks, cut anywhere, is read whole', async () => {
  const form = Buffer.from(signedPath().slice(2))
  const chunks = [form.subarray(0, 7), form.subarray(7, 100), form.subarray(100)]
  const encoded = chunks.map((one) =>
    Buffer.concat([Buffer.from(`${one.length.toString(16)}\r\n`), one, Buffer.from('\r\n')]),
  )
  const head = `GET / HTTP/1.1\r\n${closing}${formType}Transfer-Encoding: chunked\r\n\r\n`
  expect(await exchange(head, ...encoded, '0\r\n\r\n')).toContain('"Code":"OK"')
  expect(ports.accepted).toHaveLength(1)
})

it('requests that are sent without waiting for answers are answered in order', async () => {
  const keep = 'Host: x\r\n'
  const heard = await exchange(
    `GET ${signedPath()} HTTP/1.1\r\n${keep}\r\nGET /healthz HTTP/1.1\r\n${keep}\r\nDELETE / HTTP/1.1\r\n${closing}\r\n`,
  )
  const codes = [...heard.matchAll(/"Code":"(\w+)"|"status":"(\w+)"|<Code>(\w+)</g)].map(
    (one) => one[1] ?? one[2] ?? one[3],
  )
  expect(codes).toEqual(['OK', 'ok', 'UnsupportedHTTPMethod'])
})

it('a client that goes away in the middle of its body leaves the server as it was', async () => {
  const socket = net.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${formType}Content-Length: 1000\r\n\r\nAction=`)
  socket.destroy()
  await once(socket, 'close')
  expect(await exchange(`GET /healthz HTTP/1.1\r\n${closing}\r\n`)).toContain('"status":"ok"')
})

it('methods that the server does not know are answered in the shape of the gateway', async () => {
  for (const method of ['PROPFIND', 'TRACE', 'OPTIONS', 'PATCH']) {
    const answer = await exchange(`${method} / HTTP/1.1\r\n${closing}\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('UnsupportedHTTPMethod')
  }
  expect(await exchange(`BREW / HTTP/1.1\r\n${closing}\r\n`)).toContain('"Code":"InvalidRequest"')
})
