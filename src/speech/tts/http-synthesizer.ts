import type { Clock } from '../../lib/clock.ts'
import { Turns } from '../../lib/turns.ts'
import { NotWav } from '../../media/codec/wav-format.ts'
import { readWav, toMono } from '../../media/codec/wav-reader.ts'
import { type SpokenLanguage, SynthesisFailed, type Synthesizer } from './synthesizer.ts'

const languageTags: Record<SpokenLanguage, string> = { cmn: 'zh-CN', en: 'en-US' }
const answerLimitMs = 20_000
const mostBytes = 20 * 1024 * 1024
const requestsAtOnce = 4
const phrasesWaiting = 2_000

/**
 * A speech server of the operator's own. Each phrase is one request: `POST <url>`, `Content-Type: text/plain;
 * charset=utf-8`, `Content-Language: zh-CN` or `en-US`, the words as body; the answer is 200 with a WAV file of any
 * rate. Redirects are not followed.
 */
export function httpSynthesizer(options: { url: string; clock: Clock }): Synthesizer {
  const { clock } = options
  const url = new URL(options.url)
  // Credentials in the address become a header; neither names nor logs show them.
  const authorization =
    url.username === '' ? {} : { authorization: `Basic ${Buffer.from(credentialsOf(url)).toString('base64')}` }
  url.username = ''
  url.password = ''
  const turns = new Turns(requestsAtOnce, phrasesWaiting)

  async function ask(text: string, language: SpokenLanguage): Promise<Uint8Array> {
    const abort = new AbortController()
    const limit = clock.after(answerLimitMs, () => abort.abort(new Error(`no answer within ${answerLimitMs} ms`)))
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        headers: {
          ...authorization,
          accept: 'audio/wav',
          'content-type': 'text/plain; charset=utf-8',
          'content-language': languageTags[language],
        },
        body: text,
        signal: abort.signal,
      })
      if (response.status !== 200) {
        await response.body?.cancel()
        throw new Error(`the speech server answered with status ${response.status}`)
      }
      return await bodyOf(response)
    } finally {
      limit.cancel()
    }
  }

  return {
    name: `speech server ${url.host}`,
    identity: `http ${url.href}`,
    async synthesize(text, language) {
      try {
        const audio = readWav(await turns.take(() => ask(text, language)))
        return { samples: toMono(audio), rateHz: audio.sampleRateHz }
      } catch (error) {
        const why = error instanceof NotWav ? `the answer is not a WAV file: ${error.message}` : reasonOf(error)
        throw new SynthesisFailed(`speech server ${url.host}: ${why}`, { cause: error })
      }
    },
    async close() {},
  }
}

function credentialsOf(url: URL): string {
  return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
}

async function bodyOf(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    parts.push(part)
    bytes += part.length
    if (bytes > mostBytes) throw new Error(`the answer is larger than ${mostBytes} bytes`)
  }
  return Buffer.concat(parts)
}

/** `fetch` hides the reason of a refused connection in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
