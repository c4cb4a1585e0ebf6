import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { AwsClient } from 'aws4fetch'
import { systemClock } from '../../../src/lib/clock.ts'
import type { ObjectStoreOptions } from '../../../src/recordings/object-store.ts'

const script = fileURLToPath(new URL('swift-s3.py', import.meta.url))
const accessKey = 'hospital:recorder'
const secretKey = 'secret-of-the-test-store'

/** An object store that others wrote: OpenStack Swift of Debian with its S3 interface, on loopback. */
export class Swift {
  readonly bucket = 'calls'
  readonly #folder: string
  #process: ChildProcess | undefined
  #port = 0

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Starts it, with an empty bucket. */
  static async start(): Promise<Swift> {
    const swift = new Swift(await mkdtemp(join(tmpdir(), 'yuyin-swift-')))
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

  /** Stops the servers; what is stored stays. */
  async pause(): Promise<void> {
    const process = this.#process
    this.#process = undefined
    if (process === undefined) return
    const gone = once(process, 'exit')
    process.stdin?.end()
    await gone
  }

  /** Starts the servers, on the port that they had. */
  async resume(): Promise<void> {
    // Debian's own Python has Swift; another one may come first in PATH.
    const args = [script, this.#folder, String(this.#port), accessKey, secretKey]
    const started = spawn('/usr/bin/python3', args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#process = started
    for await (const line of createInterface(started.stdout)) {
      const [, port] = /^ready (\d+)$/.exec(line) ?? []
      if (port === undefined) continue
      this.#port = Number(port)
      return
    }
    throw new Error('Swift did not start')
  }

  async close(): Promise<void> {
    await this.pause()
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
