import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline, type Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { AwsClient } from 'aws4fetch'
import { systemClock } from '../../../src/lib/clock.ts'
import type { ObjectStoreOptions } from '../../../src/recordings/object-store.ts'
import { expectBrokenOff } from '../../sockets/broken-off.ts'
import { freePort, listenOnLoopback } from '../../sockets/ports.ts'

const script = fileURLToPath(new URL('swift-s3.py', import.meta.url))
const accessKey = 'hospital:recorder'
const secretKey = 'secret-of-the-test-store'

/**
 * An object store that others wrote: OpenStack Swift of Debian with its S3 interface, on loopback. It is reached through
 * a port of this process, which can be closed for a while.
 */
export class Swift {
  readonly bucket = 'calls'
  readonly #folder: string
  readonly #process: ChildProcess
  readonly #door: Server
  readonly #visitors = new Set<Socket>()
  readonly #port: number

  private constructor(folder: string, process: ChildProcess, swiftPort: number, port: number) {
    this.#folder = folder
    this.#process = process
    this.#port = port
    this.#door = createServer((visitor) => {
      const inside = connect(swiftPort, '127.0.0.1')
      this.#visitors.add(visitor.once('close', () => this.#visitors.delete(visitor)))
      // A side that breaks off takes the other with it.
      pipeline(visitor, inside, visitor, (error) => {
        if (error) expectBrokenOff(error)
      })
    })
  }

  /** Starts it, with an empty bucket. */
  static async start(): Promise<Swift> {
    const folder = await mkdtemp(join(tmpdir(), 'yuyin-swift-'))
    // Debian's own Python has Swift; another one may come first in PATH.
    const args = [script, join(folder, 'swift'), accessKey, secretKey]
    const started = spawn('/usr/bin/python3', args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const swift = new Swift(folder, started, await readyPort(started.stdout), await freePort())
    await swift.resume()
    await swift.#ask('PUT', '')
    return swift
  }

  get options(): ObjectStoreOptions {
    return {
      ...{ endpoint: `http://127.0.0.1:${this.#port}`, region: 'us-east-1', bucket: this.bucket, pathStyle: true },
      ...{ accessKey, secretKey, clock: systemClock },
    }
  }

  /** The keys of all objects, as the store lists them. */
  async keys(): Promise<string[]> {
    const listed = await (await this.#ask('GET', '?list-type=2')).text()
    return [...listed.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = '']) => key)
  }

  /** Nobody reaches it any more; what is stored stays. */
  async pause(): Promise<void> {
    const closed = once(this.#door, 'close')
    this.#door.close()
    for (const visitor of this.#visitors) visitor.destroy()
    await closed
  }

  /** It is reached again, where it was. */
  async resume(): Promise<void> {
    await listenOnLoopback(this.#door, this.#port)
  }

  async close(): Promise<void> {
    if (this.#door.listening) await this.pause()
    const gone = once(this.#process, 'exit')
    this.#process.stdin?.end()
    await gone
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #ask(method: string, rest: string): Promise<Response> {
    const client = new AwsClient({
      accessKeyId: accessKey,
      secretAccessKey: secretKey,
      service: 's3',
      region: 'us-east-1',
    })
    const answer = await client.fetch(`${this.options.endpoint}/${this.bucket}${rest}`, { method })
    if (!answer.ok) throw new Error(`${method} ${rest}: ${answer.status} ${await answer.text()}`)
    return answer
  }
}

async function readyPort(output: Readable): Promise<number> {
  for await (const line of createInterface(output)) {
    const [, port] = /^ready (\d+)$/.exec(line) ?? []
    if (port !== undefined) return Number(port)
  }
  throw new Error('Swift did not start')
}
