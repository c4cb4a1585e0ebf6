import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'

/** Which queue to empty, and how. */
export interface PullOrder {
  readonly endpoint: string
  readonly queue: string
  readonly accessKeyId: string
  readonly secret: string
  readonly connections: number
}

/** What came. */
export interface PullResult {
  readonly received: number
  /** Different message ids. */
  readonly distinct: number
  readonly seconds: number
  /** From asking for a batch to its deletion, the slowest hundredth. */
  readonly p99Ms: number
}

interface Answer {
  readonly status: number
  readonly body: string
}

/**
 * Empties a queue over kept connections: a signed batch of 16, its delete, the next batch, until there is nothing left.
 * Written with the platform's own tools and nothing of the product. Run as a process, it does what it is told by message.
 */
async function pullAll(order: PullOrder): Promise<PullResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections })
  const ids = new Set<string>()
  const latenciesMs: number[] = []
  let received = 0
  const started = performance.now()
  const worker = async () => {
    for (;;) {
      const askedAt = performance.now()
      const batch = await send(agent, order, 'GET', '?numOfMessages=16')
      if (batch.status === 404) return
      if (batch.status !== 200) throw new Error(`${batch.status} ${batch.body}`)
      const handles = all(batch.body, 'ReceiptHandle')
      for (const id of all(batch.body, 'MessageId')) ids.add(id)
      received += handles.length
      const list = handles.map((handle) => `<ReceiptHandle>${handle}</ReceiptHandle>`).join('')
      const gone = await send(agent, order, 'DELETE', '', `<ReceiptHandles>${list}</ReceiptHandles>`)
      if (gone.status !== 204) throw new Error(`${gone.status} ${gone.body}`)
      latenciesMs.push(performance.now() - askedAt)
    }
  }
  await Promise.all(Array.from({ length: order.connections }, worker))
  const seconds = (performance.now() - started) / 1000
  agent.destroy()
  latenciesMs.sort((a, b) => a - b)
  const p99Ms = latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0
  return { received, distinct: ids.size, seconds, p99Ms }
}

function all(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((found) => found[1] ?? '')
}

function send(agent: Agent, order: PullOrder, method: string, query: string, body = ''): Promise<Answer> {
  const path = `/queues/${order.queue}/messages${query}`
  const date = new Date().toUTCString()
  const type = body === '' ? '' : 'text/xml'
  const text = `${method}\n\n${type}\n${date}\nx-mns-version:2015-06-06\n${path}`
  const signature = createHmac('sha1', order.secret).update(text).digest('base64')
  const headers = {
    date,
    'x-mns-version': '2015-06-06',
    authorization: `MNS ${order.accessKeyId}:${signature}`,
    ...(body === '' ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
  }
  const { hostname, port } = new URL(order.endpoint)
  return new Promise((resolve, reject) => {
    const sent = request({ agent, hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      )
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

process.on('message', (order: PullOrder) => {
  pullAll(order).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ failed: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
