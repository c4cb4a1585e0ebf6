import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, get } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { MemoryPorts } from '../../fakes/memory-ports.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { catalogue } from '../../src/operations/catalogue.ts'
import { createHttpServer } from '../../src/wire/http/http-server.ts'
import { signedUrl } from '../../src/wire/signature/sign.ts'
import { selfMadeCertificate } from '../../src/wire/tls/certificate-source.ts'
import { createHttpsPort } from '../../src/wire/tls/https-port.ts'

let app: ReturnType<typeof createHttpServer>
let ports: MemoryPorts
let folder: string
let port: number
let httpsPort: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuyin-tls-'))
  ports = new MemoryPorts()
  const settings = { frequency: undefined }
  const rest = { clock: systemClock, log: silentLog, registry: new Registry(), plugins: [], ready: {} }
  app = createHttpServer({ catalogue, ports, settings, ...rest })
  const source = selfMadeCertificate(folder, ['localhost', '127.0.0.1'])
  const https = createHttpsPort(app, { source, clock: systemClock, log: silentLog })
  await app.listen({ host: '127.0.0.1', port: 0 })
  httpsPort = await https.listen('127.0.0.1', 0)
  port = Number(new URL(`http://${app.listeningOrigin.split('//')[1]}`).port)
})

afterEach(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})

function signedPath(outId: string): string {
  const parameters = { CalledNumber: '13900000000', TtsCode: 'TTS_10001', TtsParam: '{"code":"1"}', OutId: outId }
  const keys = { accessKeyId: 'testId', secret: 'testSecret' }
  const url = signedUrl({ endpoint: 'http://x', action: 'SingleCallByTts', parameters, ...keys, now: Date.now() })
  return url.slice('http://x'.length)
}

it('requests that are sent without waiting for answers are answered in their order, on one connection', async () => {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.setEncoding('utf8').on('data', (text) => {
    heard += text
  })
  const count = 20
  for (let index = 0; index < count; index++) {
    const connection = index === count - 1 ? 'Connection: close\r\n' : ''
    const path = index % 2 === 0 ? signedPath(`order-${index}`) : `/?Format=JSON&Action=Unknown${index}`
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${connection}\r\n`)
  }
  await once(socket, 'close')
  const codes = [...heard.matchAll(/"Code":"([^"]+)"/g)].map(([, code]) => code)
  expect(codes).toEqual(
    Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 'OK' : expect.stringMatching(/^MissingVersion/))),
  )
  expect(ports.accepted).toHaveLength(count / 2)
})

it('a body that ends before its Content-Length is answered ContentLengthDoesNotMatch', async () => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let heard = ''
  socket.setEncoding('utf8').on('data', (text) => {
    heard += text
  })
  const type = 'Content-Type: application/x-www-form-urlencoded\r\n'
  socket.end(`POST / HTTP/1.1\r\nHost: x\r\n${type}Content-Length: 10\r\n\r\nabc`)
  await once(socket, 'end')
  socket.destroy()
  expect(heard).toMatch(/^HTTP\/1\.1 400 /)
  expect(heard).toContain('"Code":"ContentLengthDoesNotMatch"')
})

/** One request over TLS by a client that trusts the certificate file alone. */
async function askSecurely(path: string, agent: Agent) {
  const request = get({ host: '127.0.0.1', port: httpsPort, path, agent })
  const [response] = await once(request, 'response')
  const socket: TLSSocket = response.socket
  const version = socket.getProtocol()
  let body = ''
  for await (const chunk of response) body += chunk
  return { body, version, reused: request.reusedSocket }
}

it('the same API is served over TLS, to clients that were given the certificate, on connections that are kept', async () => {
  const ca = await readFile(join(folder, 'certificate.pem'))
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 1 })
  const first = await askSecurely(signedPath('secure'), agent)
  expect(JSON.parse(first.body)).toMatchObject({ Code: 'OK' })
  expect(first).toMatchObject({ version: 'TLSv1.3', reused: false })
  const second = await askSecurely('/?Format=JSON&Action=x&Version=2017-05-25', agent)
  expect(JSON.parse(second.body)).toMatchObject({ Recommend: expect.stringMatching(/^https:\/\/127\.0\.0\.1/) })
  expect(second.reused).toBe(true)
  agent.destroy()
})

it('a client that was not given the certificate does not talk to it', async () => {
  await expect(askSecurely('/', new Agent())).rejects.toThrow(/self-signed certificate/)
})
