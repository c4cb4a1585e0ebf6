import { signedUrl } from '../../src/wire/signature/sign.ts'
import { type LoadResult, runLoad } from './http-load.ts'

const connections = 64

/** Sends `count` requests that were signed before the clock started. @throws when one was not accepted. */
export async function acceptCalls(endpoint: string, count: number, round: number): Promise<LoadResult> {
  const { host, hostname, port } = new URL(endpoint)
  const now = Date.now()
  const requests = Array.from({ length: count }, (_, index) => {
    const url = new URL(
      signedUrl({
        endpoint,
        action: 'SingleCallByTts',
        accessKeyId: 'testId',
        secret: 'testSecret',
        parameters: {
          CalledShowNumber: '057128880000',
          CalledNumber: `13${round}${String(index).padStart(8, '0')}`,
          TtsCode: 'TTS_10002',
          TtsParam: JSON.stringify({ name: '张三', time: '下午三点' }),
        },
        now,
      }),
    )
    return Buffer.from(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  })
  const result = await runLoad({
    host: hostname,
    port: Number(port),
    requests,
    connections,
    isSuccess: (body) => body.includes('"Code":"OK"'),
  })
  if (result.successes !== count) {
    throw new Error(
      `${count - result.successes} of ${count} requests were not accepted, the first: ${result.firstFailure}`,
    )
  }
  return result
}
