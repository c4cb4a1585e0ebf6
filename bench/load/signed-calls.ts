import { signedUrl } from '../../src/wire/signature/sign.ts'
import { type LoadResult, runLoad } from './http-load.ts'

/** One call to ask for: the operation and its parameters, without the common ones. */
export interface CallOrder {
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
}

/** @returns notifications that nobody has asked for yet, `round` being one digit */
export function ttsCalls(count: number, round: number): CallOrder[] {
  return Array.from({ length: count }, (_, index) => ({
    action: 'SingleCallByTts',
    parameters: {
      CalledShowNumber: '057128880000',
      CalledNumber: `13${round}${String(index).padStart(8, '0')}`,
      TtsCode: 'TTS_10002',
      TtsParam: JSON.stringify({ name: '张三', time: '下午三点' }),
    },
  }))
}

/**
 * Asks for calls as the account of the dev profile; the requests are signed before the clock starts.
 *
 * @param endpoint of the API: `http://127.0.0.1:8080`
 * @param connections at the same time
 * @throws when one was not accepted
 */
export async function acceptCalls(
  endpoint: string,
  orders: readonly CallOrder[],
  connections = 64,
): Promise<LoadResult> {
  const { host, hostname, port } = new URL(endpoint)
  const now = Date.now()
  const requests = orders.map((order) => {
    const url = new URL(signedUrl({ endpoint, accessKeyId: 'testId', secret: 'testSecret', ...order, now }))
    return Buffer.from(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  })
  const result = await runLoad({
    host: hostname,
    port: Number(port),
    requests,
    connections,
    isSuccess: (body) => body.includes('"Code":"OK"'),
  })
  const refused = orders.length - result.successes
  if (refused > 0) {
    throw new Error(`${refused} of ${orders.length} requests were not accepted, the first: ${result.firstFailure}`)
  }
  return result
}
