import { describe, expect, it } from 'vitest'
import { queueHouse } from '../../../fakes/queue-house.ts'
import { signaturesV4, stringsToSignV4 } from './signature-v4.ts'

const claim = (accessKeyId: string, day: string, region: string) =>
  ({ scheme: 'V4', accessKeyId, day, region, signature: '' }) as const

/** Expected values are those that the public clients' own tests hold. */
const vectors = [
  {
    target: `/queues/TestQueue/?param1=abc&PARAM2=d%20%20ef&PARAM3=%5Bdef%5D%23bbb&PARAM4=${encodeURIComponent('中文参数')}`,
    ...{ method: 'POST', headers: {}, at: Date.UTC(2025, 5, 3, 10, 52, 35) },
    ...{ claim: claim('ak1', '20250603', 'region1'), secret: 'sk1' },
    expected: '1fc6013f158d4c3aba09570895a2a93c8445c2c5213d82a1463baf602cf0d945',
  },
  {
    target: '/queues/TestQueue123456',
    ...{ method: 'PUT', at: Date.UTC(2025, 11, 3, 11, 23, 48) },
    headers: { 'x-mns-abc': 'kkk', 'x-mns-sss': '2015-06-06xFFF', 'x-kkk-def': 'jjj' },
    ...{ claim: claim('akkkkk1111111111', '20251203', 'region2'), secret: 'skkkkkkk1111111111' },
    expected: '04f1e5f929b5aaac3af6a54970f591581ecd2aade2562f926c5f2ec5d5c8cfad',
  },
  {
    target: '/queues',
    ...{ method: 'GET', at: Date.UTC(2025, 11, 4, 6, 32, 35) },
    headers: {
      ...{ 'x-mns-version': '2015-06-30', 'x-mns-ttt': '1', 'x-mns-uuuuu': 'FALse', 'bb-mns-uuuuu': 'abcdddDDD' },
      ...{ 'content-type': 'application/json', 'content-md5': '0d9d2ce750000593eb34f00' },
    },
    ...{ claim: claim('akkkkk222222222', '20251204', 'eu-west-1'), secret: 'skkkkkk2222222222' },
    expected: '294f776a2d5726df679b54b081ab8126a199a2545c8c8a7a875adff0b386e458',
  },
  {
    target: '/queues/Test%20Queue@123',
    ...{ method: 'POST', headers: {}, at: Date.UTC(2025, 5, 3, 10, 52, 35) },
    ...{ claim: claim('testAk', '20250603', 'testRegion'), secret: 'testSk' },
    expected: '87de7499365a31e767cdc0c726a893c72c860e415876f7f92914197ac3795833',
  },
]

describe('the V4 signature', () => {
  it.each(vectors)('of $method $target', ({ method, target, headers, at, claim: given, secret, expected }) => {
    expect(signaturesV4({ method, target, headers }, given, secret, at)[0]).toBe(expected)
    const absolute = { method, target: `http://127.0.0.1:8080${target}`, headers }
    expect(signaturesV4(absolute, given, secret, at)).toContain(expected)
  })

  it('shows its string, which holds the request as it is', () => {
    const parts = { method: 'GET', target: '/queues/q?b&A=1+2&c=', headers: { 'x-mns-version': ' 2015-06-06 ' } }
    const [text] = stringsToSignV4(parts, { day: '20240102', region: 'r' }, Date.UTC(2024, 0, 2, 3, 4, 5))
    expect(text).toBe(
      'MNS4-HMAC-SHA256\n20240102T030405Z\n20240102/r/mns/aliyun_v4_request\n' +
        'GET\n/queues/q\na=1%2B2&b&c\nx-mns-version:2015-06-06\n\n',
    )
  })
})

describe('a request signed with V4', () => {
  const date = 'Tue, 02 Jan 2024 03:04:05 GMT'
  const at = Date.UTC(2024, 0, 2, 3, 4, 5)
  const headers = { date, 'x-mns-version': '2015-06-06' }

  async function ask(url: string, given: { day?: string; secret?: string; signedAt?: number } = {}) {
    const { app, store } = queueHouse()
    store.put('Alicom-Queue-1000000001-VoiceReport', '{}')
    const { day = '20240102', secret = 'testSecret', signedAt = at } = given
    const asked = claim('testId', day, 'cn-hangzhou')
    const [signature] = signaturesV4({ method: 'GET', target: url, headers }, asked, secret, signedAt)
    const scope = `testId/${day}/cn-hangzhou/mns/aliyun_v4_request`
    const authorization = `MNS4-HMAC-SHA256 Credential=${scope},Signature=${signature ?? '0'.repeat(64)}`
    const response = await app.inject({ method: 'GET', url, headers: { ...headers, authorization } })
    return `${response.statusCode} ${/<Code>(\w+)/.exec(response.body)?.[1] ?? ''}`.trim()
  }
  const messages = '/queues/Alicom-Queue-1000000001-VoiceReport/messages?numOfMessages=16'

  it('is understood, also when the clock was read a second apart', async () => {
    expect(await ask(messages)).toBe('200')
    expect(await ask(messages, { signedAt: at + 1_000 })).toBe('200')
    expect(await ask(messages, { signedAt: at - 1_000 })).toBe('200')
  })

  it('is refused with another secret, another day, or another second', async () => {
    expect(await ask(messages, { secret: 'wrong' })).toBe('403 SignatureDoesNotMatch')
    expect(await ask(messages, { day: '20240103' })).toBe('403 SignatureDoesNotMatch')
    expect(await ask(messages, { signedAt: at + 2_000 })).toBe('403 SignatureDoesNotMatch')
  })
})
