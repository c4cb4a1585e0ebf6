import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import type { Log } from '../src/lib/log.ts'
import { catalogue } from '../src/operations/catalogue.ts'
import { createHttpServer, type HttpServerOptions } from '../src/wire/http/http-server.ts'
import { signedUrl, type UnsignedCall } from '../src/wire/signature/sign.ts'
import { FakeClock } from './fake-clock.ts'
import { MemoryPorts } from './memory-ports.ts'

/** One line that was logged. */
export interface LogLine {
  level: keyof Log
  fields: object
  message: string
}

/** The signed API over memory ports and a clock that stands still, not listening: asked through `inject`. */
export interface TestGateway {
  app: FastifyInstance
  ports: MemoryPorts
  clock: FakeClock
  logged: LogLine[]
  /** The path of a request of the dev profile's account, signed at the clock's time. */
  signed(action: string, parameters: UnsignedCall['parameters'], more?: Partial<UnsignedCall>): string
  /** Sends it by GET. `body` is parsed when it is JSON. */
  ask(action: string, parameters: UnsignedCall['parameters'], more?: Partial<UnsignedCall>): Promise<TestAnswer>
}

export interface TestAnswer {
  status: number
  contentType: string
  text: string
  json: Record<string, unknown>
}

export function createTestGateway(
  options: Partial<Omit<HttpServerOptions, 'ports'>> & { ports?: MemoryPorts } = {},
): TestGateway {
  const clock = new FakeClock()
  const ports = options.ports ?? new MemoryPorts()
  const logged: LogLine[] = []
  const log = (level: keyof Log) => (fields: object, message: string) => void logged.push({ level, fields, message })
  const app = createHttpServer({
    catalogue,
    settings: { frequency: undefined },
    clock,
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    registry: new Registry(),
    plugins: [],
    ready: {},
    ...options,
    ports,
  })
  const signed: TestGateway['signed'] = (action, parameters, more = {}) => {
    const keys = { accessKeyId: 'testId', secret: 'testSecret' }
    const url = signedUrl({ endpoint: 'http://gateway', action, parameters, ...keys, now: clock.now(), ...more })
    return url.slice('http://gateway'.length)
  }
  return {
    app,
    ports,
    clock,
    logged,
    signed,
    async ask(action, parameters, more) {
      return testAnswer(await app.inject({ method: 'GET', url: signed(action, parameters, more) }))
    },
  }
}

/** An injected response as tests look at it. */
export function testAnswer(response: { statusCode: number; headers: object; body: string }): TestAnswer {
  const type = Object.entries(response.headers).find(([name]) => name === 'content-type')?.[1]
  const isJson = response.body.startsWith('{')
  return {
    status: response.statusCode,
    contentType: String(type),
    text: response.body,
    json: isJson ? JSON.parse(response.body) : {},
  }
}
