import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { MemoryPorts } from '../../fakes/memory-ports.ts'
import { silentLog } from '../../src/lib/log.ts'
import { catalogue } from '../../src/operations/catalogue.ts'
import { createHttpServer } from '../../src/wire/http/http-server.ts'
import { sdkClients } from './sdk-clients.ts'

const keys = { accessKeyId: 'testId', accessKeySecret: 'testSecret' }
const action = 'SingleCallByTts'
const call = {
  CalledNumber: '13900000000',
  CalledShowNumber: '057128880000',
  TtsCode: 'TTS_10002',
  TtsParam: '{"name":"张三 *~+!","time":"9点"}',
  Speed: '-5',
}

let app: FastifyInstance
let ports: MemoryPorts
let clock: FakeClock
let origin: URL

beforeEach(async () => {
  ports = new MemoryPorts()
  clock = new FakeClock(Date.now())
  app = createHttpServer({
    catalogue,
    ports,
    settings: { frequency: undefined },
    clock,
    log: silentLog,
    registry: new Registry(),
    plugins: [],
    ready: {},
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address: AddressInfo | string | null = app.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server listens on no port')
  origin = new URL(`http://127.0.0.1:${address.port}`)
})

afterEach(() => app.close())

describe.each(sdkClients)('an untouched $name', (client) => {
  it('places a call, with every kind of character in its parameters', async () => {
    const { code, callId } = await client.call(origin, keys, action, call)
    expect(code).toBe('OK')
    expect(ports.accepted).toHaveLength(1)
    expect(ports.accepted[0]?.call).toMatchObject({ callId, calledNumber: '13900000000', product: 'notification' })
    expect(JSON.stringify(ports.accepted[0]?.call.script)).toContain('张三 *~+!')
  })

  it('reads the refusal of an unknown template', async () => {
    const { code, message } = await client.call(origin, keys, action, { ...call, TtsCode: 'TTS_1' })
    expect(code).toBe('isv.TEMPLATE_ILLEGAL')
    expect(message).toContain('文本转语音模板不合法')
  })

  it('is told which parameter is missing', async () => {
    const { CalledNumber, ...rest } = call
    expect((await client.call(origin, keys, action, rest)).code).toBe('MissingCalledNumber')
  })

  it('reads the mismatch of a wrong secret', async () => {
    const { code, message } = await client.call(origin, { ...keys, accessKeySecret: 'wrong' }, action, call)
    expect(code).toBe('SignatureDoesNotMatch')
    expect(message).toContain('server string to sign is:')
  })

  it('reads that its key is unknown', async () => {
    const { code } = await client.call(origin, { ...keys, accessKeyId: 'nobody' }, action, call)
    expect(code).toBe('InvalidAccessKeyId.NotFound')
  })

  it('reads that its clock is wrong', async () => {
    await clock.advance(16 * 60_000)
    expect((await client.call(origin, keys, action, call)).code).toBe('InvalidTimeStamp.Expired')
  })

  it('is not heard twice with the same nonce', async () => {
    expect((await client.call(origin, keys, action, call, { nonce: 'nonce-1' })).code).toBe('OK')
    expect((await client.call(origin, keys, action, call, { nonce: 'nonce-1' })).code).toBe('SignatureNonceUsed')
    expect(ports.accepted).toHaveLength(1)
  })

  it('finds the record of its call', async () => {
    const { callId } = await client.call(origin, keys, action, call)
    const query = { CallId: callId, ProdId: '11000000300006', QueryDate: String(clock.now()) }
    expect((await client.call(origin, keys, 'QueryCallDetailByCallId', query)).code).toBe('OK')
  })

  it('gets the token for its queue', async () => {
    const query = { MessageType: 'VoiceReport' }
    expect((await client.call(origin, keys, 'QueryTokenForMnsQueue', query)).code).toBe('OK')
  })

  it('reads that an operation is not built yet', async () => {
    expect((await client.call(origin, keys, 'SmartCall', call)).code).toBe('UnsupportedOperation')
  })
})
