import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { AwsV4Signer } from 'aws4fetch'
import type { Clock } from '../lib/clock.ts'
import { encodeKey, objectUrl } from './object-url.ts'

/** An S3-compatible store, and what opens it. */
export interface ObjectStoreOptions {
  /** `https://s3.example.com`; with a path when the store has one. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  readonly accessKey: string
  readonly secretKey: string
  /** Whether the bucket stands in the path of URLs, not in their host name. */
  readonly pathStyle: boolean
  readonly clock: Clock
}

/** The store refused, or did not answer. The message says what it said; no key and no signature is in it. */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError'
  /** HTTP status; `undefined` when no answer came. */
  readonly status: number | undefined

  constructor(message: string, status?: number, cause?: unknown) {
    super(message, { cause })
    this.status = status
  }
}

/** Bytes of a file, first and last included. */
export interface ByteSpan {
  readonly first: number
  readonly last: number
}

/** What has to answer, and not to carry bytes, answers within this. */
const answerMs = 15_000

/** The slowest upload that is waited for. */
const slowestBytesPerMs = 50

/** Objects of one bucket, by the S3 protocol (signature version 4). */
export class ObjectStore {
  readonly bucket: string
  readonly #options: ObjectStoreOptions

  constructor(options: ObjectStoreOptions) {
    this.bucket = options.bucket
    this.#options = options
  }

  /**
   * Uploads a file as a stream. The store is told its SHA-256 and refuses what arrives otherwise; then the size of the
   * object is asked for.
   *
   * @throws {ObjectStoreError} unless the object is there, whole
   */
  async put(key: string, file: { readonly path: string; readonly bytes: number }, signal: AbortSignal): Promise<void> {
    const headers = {
      'content-length': String(file.bytes),
      'content-type': 'audio/wav',
      'x-amz-content-sha256': await sha256Of(file.path, signal),
    }
    const limitMs = answerMs + file.bytes / slowestBytesPerMs
    const body = createReadStream(file.path)
    try {
      const answer = await this.#ask('PUT', key, { headers, body, limitMs, signal })
      await answer.body?.cancel()
    } finally {
      body.destroy()
    }
    const stored = await this.size(key, signal)
    if (stored !== file.bytes) throw new ObjectStoreError(`the object has ${stored} bytes, the file ${file.bytes}`)
  }

  /** @returns bytes, `undefined` when there is no such object. @throws {ObjectStoreError} */
  async size(key: string, signal?: AbortSignal): Promise<number | undefined> {
    const answer = await this.#ask('HEAD', key, { signal, tolerated: 404 })
    const length = answer.headers.get('content-length')
    return answer.status === 404 || length === null ? undefined : Number(length)
  }

  /**
   * @param span absent: all of it
   * @returns `undefined` when there is no such object
   * @throws {ObjectStoreError}
   */
  async read(key: string, span?: ByteSpan): Promise<Readable | undefined> {
    const headers = span === undefined ? {} : { range: `bytes=${span.first}-${span.last}` }
    const answer = await this.#ask('GET', key, { headers, tolerated: 404 })
    if (answer.status === 404) {
      await answer.body?.cancel()
      return undefined
    }
    // 200 to a range is the whole file: no store of any use does that.
    if (span !== undefined && answer.status !== 206) {
      await answer.body?.cancel()
      throw new ObjectStoreError('the store ignores ranges', answer.status)
    }
    return answer.body === null ? Readable.from([]) : Readable.fromWeb(answer.body)
  }

  /** Deletes an object; one that is gone stays gone. @throws {ObjectStoreError} */
  async remove(key: string): Promise<void> {
    const answer = await this.#ask('DELETE', key, { tolerated: 404 })
    await answer.body?.cancel()
  }

  /** Resolves when the bucket is there and the keys open it. @throws {ObjectStoreError} */
  async check(): Promise<void> {
    await this.#ask('HEAD', '', {})
  }

  async #ask(
    method: string,
    key: string,
    asked: {
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: Readable
      readonly limitMs?: number
      readonly signal?: AbortSignal | undefined
      readonly tolerated?: number
    },
  ): Promise<Response> {
    const { clock, accessKey, secretKey, region } = this.#options
    const signer = new AwsV4Signer({
      method,
      url: objectUrl(this.#options, encodeKey(key)),
      headers: { ...asked.headers },
      accessKeyId: accessKey,
      secretAccessKey: secretKey,
      service: 's3',
      region,
      datetime: new Date(clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    })
    const { url, headers } = await signer.sign()
    const late = new AbortController()
    const timer = clock.after(asked.limitMs ?? answerMs, () => late.abort(new Error('no answer in time')))
    const signal = asked.signal === undefined ? late.signal : AbortSignal.any([asked.signal, late.signal])
    let answer: Response
    try {
      const body = asked.body === undefined ? {} : ({ body: Readable.toWeb(asked.body), duplex: 'half' } as const)
      answer = await fetch(url, { method, headers, signal, redirect: 'manual', ...body })
    } catch (error) {
      throw new ObjectStoreError(`no answer from the store: ${reasonOf(error)}`, undefined, error)
    } finally {
      timer.cancel()
    }
    if (answer.ok || answer.status === asked.tolerated) return answer
    throw new ObjectStoreError(await refusalOf(answer), answer.status)
  }
}

async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk)
  return hash.digest('hex')
}

/** The store's own words: status and code, such as `403 SignatureDoesNotMatch`. HEAD has the status alone. */
async function refusalOf(answer: Response): Promise<string> {
  const status = `the store answers ${answer.status}`
  try {
    const [, code = ''] = /<Code>([A-Za-z0-9.]{1,80})<\/Code>/.exec(await answer.text()) ?? []
    return `${status} ${code}`.trimEnd()
  } catch (error) {
    return `${status}, and breaks off: ${reasonOf(error)}`
  }
}

/** The reason below undici's `fetch failed`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
