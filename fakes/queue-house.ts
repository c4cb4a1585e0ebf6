import Fastify from 'fastify'
import { createEventBus } from '../src/events/event-bus.ts'
import { silentLog } from '../src/lib/log.ts'
import { mnsPlugin } from '../src/wire/mns/mns-plugin.ts'
import { sign, stringsToSign } from '../src/wire/mns/string-to-sign.ts'
import { readXml } from '../src/wire/mns/xml-reader.ts'
import { FakeClock } from './fake-clock.ts'
import { MemoryQueues } from './memory-queues.ts'
import { MemoryCredentials, MemoryReceipts } from './memory-receipts.ts'

/** Where the fake clock stands at first. */
const date = 'Tue, 02 Jan 2024 03:04:05 GMT'

type Method = 'GET' | 'DELETE' | 'PUT' | 'POST'

/** Whose key signs, and with which token. */
export interface Signer {
  readonly accessKeyId: string
  readonly secret: string
  readonly securityToken?: string
}

/**
 * The queue protocol over memory, asked without a socket. Accounts 1000000001 and 2000000002 have the keys testId and
 * otherId, and a queue for VoiceReports each.
 */
export function queueHouse() {
  const clock = new FakeClock()
  const store = new MemoryReceipts(clock)
  const register = new MemoryQueues(store, clock)
  const bus = createEventBus()
  const credentials = new MemoryCredentials()
  const errors: object[] = []
  const log = { ...silentLog, error: (fields: object) => void errors.push(fields) }
  const testKey: Signer = { accessKeyId: 'testId', secret: 'testSecret' }
  const otherKey: Signer = { accessKeyId: 'otherId', secret: 'otherSecret' }
  credentials.keys.push({ ...testKey, accountId: '1000000001', enabled: true })
  credentials.keys.push({ ...otherKey, accountId: '2000000002', enabled: true })
  for (const accountId of ['1000000001', '2000000002']) store.open(`Alicom-Queue-${accountId}-VoiceReport`)
  const app = Fastify({ rewriteUrl: (request) => (request.url ?? '/').replace(/^\/\/+/, '/') })
  app.register(mnsPlugin({ register, queues: store, credentials, bus, clock, log }))

  const callAs = async (signer: Signer, method: Method, url: string, body?: string, more = {}) => {
    const headers: Record<string, string> = { date, 'x-mns-version': '2015-06-06', ...more }
    if (body !== undefined) headers['content-type'] ??= 'text/xml;charset=UTF-8'
    if (signer.securityToken !== undefined) headers['security-token'] = signer.securityToken
    const text = stringsToSign({ method, target: url, headers }).at(-1) ?? ''
    const authorization = `MNS ${signer.accessKeyId}:${sign(signer.secret, text)}`
    const all = { ...headers, authorization }
    const response = await app.inject({ method, url, headers: all, ...(body !== undefined && { payload: body }) })
    return { status: response.statusCode, headers: response.headers, text: response.body }
  }
  const call = (method: Method, url: string, body?: string, more = {}) => callAs(testKey, method, url, body, more)
  const field = (text: string, name: string) =>
    readXml(Buffer.from(text)).children.find((one) => one.name === name)?.text
  const code = async (answer: ReturnType<typeof call>) => {
    const { status, text } = await answer
    return `${status} ${text === '' ? '' : (field(text, 'Code') ?? '')}`.trim()
  }
  return { clock, store, register, bus, credentials, errors, app, call, callAs, otherKey, field, code }
}
