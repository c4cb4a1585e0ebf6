import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Clock } from '../lib/clock.ts'
import { jsonDecoded } from '../lib/decode-text.ts'
import { hasCode } from '../lib/error-code.ts'
import { addressRules } from './address-rules.ts'
import { pushSignature, signatureHeader } from './push-signature.ts'
import { pushTarget, type Resolve, type TargetAddress } from './push-target.ts'

/** How long a receiver may take from the connection to the end of its answer (reference, HTTP batch push). */
const answerTimeoutMs = 700
/** How long a name may take to be resolved; not the receiver's fault, so not part of its time. */
const resolveTimeoutMs = 2_000
const longestAnswerBytes = 65_536
/** As much of an answer as the delivery log keeps, characters. */
const keptCharacters = 200

/** What came of one POST. */
export interface PushAnswer {
  /** Absent when the receipts were taken. Short, for the operator, and holds no part of the URL. */
  readonly error: string | undefined
  /** HTTP status; absent when no answer came. */
  readonly status: number | undefined
  /** The first characters of the answer. */
  readonly text: string
  readonly latencyMs: number
}

/** What posts a JSON array to a receiver. Never rejects: whatever goes wrong is an answer. */
export interface PushExchange {
  /** @param signingSecret what the push is signed with; not signed when absent */
  post(url: string, body: string, signingSecret?: string): Promise<PushAnswer>
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

  async function exchange(text: string, body: string, signingSecret: string | undefined): Promise<HttpAnswer> {
    const url = new URL(text)
    const addresses = await within(clock, resolveTimeoutMs, 'name resolution', () =>
      pushTarget(url, mayConnect, resolve),
    )
    const signature = signingSecret === undefined ? undefined : pushSignature(signingSecret, body, clock.now())
    const post = (signal: AbortSignal) => postTo({ url, body, signature, addresses, agents, signal })
    return within(clock, answerTimeoutMs, 'answer', post)
  }

  return {
    async post(url, body, signingSecret) {
      const startedMs = clock.monotonicMs()
      const latencyMs = () => clock.monotonicMs() - startedMs
      try {
        const answer = await exchange(url, body, signingSecret)
        const text = answer.body.slice(0, keptCharacters)
        return { error: judge(answer), status: answer.status, text, latencyMs: latencyMs() }
      } catch (error) {
        return { error: describe(error), status: undefined, text: '', latencyMs: latencyMs() }
      }
    },
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

interface Posting {
  readonly url: URL
  readonly body: string
  readonly signature: string | undefined
  readonly addresses: readonly TargetAddress[]
  readonly agents: Agents
  readonly signal: AbortSignal
}

async function postTo(posting: Posting): Promise<HttpAnswer> {
  for (let reused = 0; ; reused++) {
    const request = startRequest(posting)
    try {
      return await readAnswer(request)
    } catch (error) {
      // The receiver closed a kept connection just when it was used again: nothing has been received there.
      const closedWhenIdle = request.reusedSocket && hasCode(error, 'ECONNRESET', 'EPIPE')
      if (!closedWhenIdle || reused > 4) throw error
    }
  }
}

function startRequest({ url, body, signature, addresses, agents, signal }: Posting): http.ClientRequest {
  const options = {
    method: 'POST',
    headers: {
      'content-type': 'application/json;charset=UTF-8',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'yuyin',
      ...(signature === undefined ? {} : { [signatureHeader]: signature }),
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
function judge({ status, body }: HttpAnswer): string | undefined {
  if (status !== 200) return `HTTP ${status}`
  return typeof codeOf(body) === 'number' ? undefined : 'the answer has no numeric code'
}

function codeOf(body: string): unknown {
  const answer = jsonDecoded(body)
  return typeof answer === 'object' && answer !== null && 'code' in answer ? answer.code : undefined
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

/** Short text of an error; a URL that cannot be read is not repeated. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  if (hasCode(error, 'ERR_INVALID_URL')) return 'the push URL cannot be read'
  return 'code' in error ? String(error.code) : error.message
}
