import { connect, type Socket } from 'node:net'

/** What came of a load: requests answered per second and how long each took. */
export interface LoadResult {
  readonly answered: number
  /** Answers whose body matched `isSuccess`. */
  readonly successes: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** A body that was not a success, for the message. */
  readonly firstFailure: string | undefined
}

export interface Load {
  readonly host: string
  readonly port: number
  /** Complete HTTP/1.1 requests, made before the clock starts; each is sent once. */
  readonly requests: readonly Buffer[]
  readonly connections: number
  readonly isSuccess: (body: string) => boolean
}

/**
 * Sends prepared requests over keep-alive connections, each waiting for its answer before the next one. A bare socket
 * client: it shares the machine with what it measures, so it must cost little.
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  let next = 0
  let successes = 0
  let firstFailure: string | undefined
  const latenciesMs: number[] = []
  const take = () => load.requests[next++]
  const started = performance.now()
  const onAnswer = (body: string, latencyMs: number) => {
    latenciesMs.push(latencyMs)
    if (load.isSuccess(body)) successes++
    else firstFailure ??= body.slice(0, 300)
  }
  await Promise.all(Array.from({ length: load.connections }, () => runConnection(load, take, onAnswer)))
  const seconds = (performance.now() - started) / 1000
  latenciesMs.sort((a, b) => a - b)
  const at = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0
  return {
    answered: latenciesMs.length,
    successes,
    seconds,
    perSecond: latenciesMs.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    firstFailure,
  }
}

/** One connection; resolves when there is nothing left to send, rejects when the server closes before. */
function runConnection(
  load: Load,
  take: () => Buffer | undefined,
  onAnswer: (body: string, latencyMs: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host: load.host, port: load.port, noDelay: true })
    let received = ''
    let sentAt = 0
    const sendNext = () => {
      const request = take()
      if (request === undefined) {
        socket.end()
        resolve()
        return
      }
      sentAt = performance.now()
      socket.write(request)
    }
    socket.setEncoding('latin1')
    socket.on('connect', sendNext)
    socket.on('data', (chunk: string) => {
      received += chunk
      const bodyAt = received.indexOf('\r\n\r\n') + 4
      if (bodyAt < 4) return
      const length = Number(/content-length: *(\d+)/i.exec(received.slice(0, bodyAt))?.[1])
      if (Number.isNaN(length)) {
        socket.destroy()
        reject(new Error(`answer without Content-Length: ${received.slice(0, 200)}`))
        return
      }
      if (received.length < bodyAt + length) return
      const body = received.slice(bodyAt, bodyAt + length)
      received = ''
      onAnswer(body, performance.now() - sentAt)
      sendNext()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed the connection')))
  })
}
