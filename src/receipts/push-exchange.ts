import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Clock } from '../lib/clock.ts'
import { addressRules } from './address-rules.ts'
import type { PushAnswer } from './push-schedule.ts'
import { pushTarget, type Resolve, type TargetAddress } from './push-target.ts'

/** How long a receiver may take from the connection to the end of its answer (reference, HTTP batch push). */
const answerTimeoutMs = 700
/** How long a name may take to be resolved; not the receiver's fault, so not part of its time. */
const resolveTimeoutMs = 2_000
const longestAnswerBytes = 65_536

/** What posts a JSON array to a receiver. Never rejects: whatever goes wrong is an answer. */
export interface PushExchange {
  post(url: string, body: string): Promise<PushAnswer>
  /** Closes idle connections. */
  close(): void
}

/** What the exchange needs. */
export interface PushExchangeOptions {
  /** Networks (CIDR) that may be reached although they are not public: `127.0.0.0/8` in the dev profile. */
  readonly allow: readonly string[]
  readonly clock: Clock
  /** The system's resolver unless a test brings its own. */
  readonly resolve?: Resolve
}

/**
 * Posts over HTTP and HTTPS, on kept connections. Connects only to public addresses and to the networks of
 * `allow`. Redirects are not followed: what does not answer 200 has failed.
 *
 * @throws {TypeError} when a network of `allow` cannot be read
 */
export function createPushExchange({ allow, clock, resolve }: PushExchangeOptions): PushExchange {
  const mayConnect = addressRules(allow)
  const idle = { keepAlive: true, maxFreeSockets: 4, timeout: 5_000 }
  const agents = { 'http:': new http.Agent(idle), 'https:': new https.Agent(idle) }

  async function attempt(text: string, body: string): Promise<PushAnswer> {
    const url = new URL(text)
    const addresses = await within(clock, resolveTimeoutMs, 'name resolution', () =>
      pushTarget(url, mayConnect, resolve),
    )
    const post = (signal: AbortSignal) => postTo(url, body, addresses, agents, signal)
    return judge(await within(clock, answerTimeoutMs, 'answer', post))
  }

  return {
    post: (url, body) => attempt(url, body).catch((error: unknown) => ({ accepted: false, error: describe(error) })),
    close() {
      agents['http:'].destroy()
      agents['https:'].destroy()
    },
  }
}

interface HttpAnswer {
  readonly status: number
  readonly body: string
}

type Agents = { readonly 'http:': http.Agent; readonly 'https:': https.Agent }

async function postTo(
  url: URL,
  body: string,
  addresses: readonly TargetAddress[],
  agents: Agents,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  for (let reused = 0; ; reused++) {
    const request = startRequest(url, body, addresses, agents, signal)
    try {
      return await readAnswer(request)
    } catch (error) {
      // The receiver closed a kept connection just when it was used again: nothing has been received there.
      const closedWhenIdle = request.reusedSocket && isCode(error, 'ECONNRESET', 'EPIPE')
      if (!closedWhenIdle || reused > 4) throw error
    }
  }
}

function startRequest(
  url: URL,
  body: string,
  addresses: readonly TargetAddress[],
  agents: Agents,
  signal: AbortSignal,
): http.ClientRequest {
  const options = {
    method: 'POST',
    headers: {
      'content-type': 'application/json;charset=UTF-8',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'yuyin',
    },
    lookup: only(addresses),
    signal,
  }
  const request =
    url.protocol === 'https:'
      ? https.request(url, { ...options, agent: agents['https:'] })
      : http.request(url, { ...options, agent: agents['http:'] })
  return request.end(body)
}

/** A lookup that knows the addresses that were checked, and no others. */
function only(addresses: readonly TargetAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const first = addresses[0]
    if (options.all) callback(null, [...addresses])
    else callback(null, first?.address ?? '', first?.family)
  }
}

function readAnswer(request: http.ClientRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > longestAnswerBytes) request.destroy(new Error(`answer over ${longestAnswerBytes} bytes`))
        else chunks.push(chunk)
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      )
      response.on('error', reject)
      // An answer cut off in the middle ends neither with `end` nor, on old versions, with `error`.
      response.on('close', () => reject(new Error('the answer was cut off')))
    })
  })
}

/** Taken is what is answered 200 with a JSON object whose `code` is a number, whichever number. */
function judge({ status, body }: HttpAnswer): PushAnswer {
  if (status !== 200) return { accepted: false, error: `HTTP ${status}` }
  return typeof codeOf(body) === 'number'
    ? { accepted: true }
    : { accepted: false, error: 'the answer has no numeric code' }
}

function codeOf(body: string): unknown {
  try {
    const answer: unknown = JSON.parse(body.replace(/^\uFEFF/, ''))
    return typeof answer === 'object' && answer !== null && 'code' in answer ? answer.code : undefined
  } catch {
    return undefined // not JSON: an answer without a code
  }
}

/** Runs `work` and aborts it when it takes longer than `limitMs`. */
async function within<T>(
  clock: Clock,
  limitMs: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController()
  return new Promise((resolve, reject) => {
    const timer = clock.after(limitMs, () => {
      reject(new Error(`no ${what} within ${limitMs} ms`))
      abort.abort()
    })
    work(abort.signal)
      .then(resolve, reject)
      .finally(() => timer.cancel())
  })
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => code === error.code)
}

/** Short text of an error; a URL that cannot be read is not repeated. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  if (isCode(error, 'ERR_INVALID_URL')) return 'the push URL cannot be read'
  return 'code' in error ? String(error.code) : error.message
}
