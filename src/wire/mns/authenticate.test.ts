import { describe, expect, it } from 'vitest'
import { MemoryCredentials } from '../../../fakes/memory-receipts.ts'
import { authenticate } from './authenticate.ts'
import { parseHttpDate } from './http-date.ts'
import { sign, stringsToSign } from './string-to-sign.ts'

const now = Date.UTC(2024, 0, 2, 3, 4, 5)
const minuteMs = 60_000

function credentials(): MemoryCredentials {
  const all = new MemoryCredentials()
  all.keys.push({ accessKeyId: 'testId', accountId: '1000000001', secret: 'testSecret', enabled: true })
  all.keys.push({ accessKeyId: 'offId', accountId: '1000000001', secret: 'offSecret', enabled: false })
  all.tokens.push({
    accountId: '1000000001',
    accessKeyId: 'STS.one',
    accessKeySecret: 'stsSecret',
    securityToken: 'token-one',
    createdAt: now,
    expiresAt: now + 10 * minuteMs,
  })
  return all
}

const plain = { date: 'Tue, 02 Jan 2024 03:04:05 GMT', 'x-mns-version': '2015-06-06' }

function request(accessKeyId: string, secret: string, headers: Record<string, string> = plain) {
  const parts = { method: 'GET', target: '/queues/q/messages', headers }
  const authorization = `MNS ${accessKeyId}:${sign(secret, stringsToSign(parts)[0] ?? '')}`
  return { ...parts, headers: { ...headers, authorization } }
}

async function refusal(parts: ReturnType<typeof request>, at = now): Promise<unknown> {
  return authenticate(parts, credentials(), at).then(
    (caller) => caller,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}

describe('authenticate', () => {
  it('knows the account of a permanent key', async () => {
    expect(await refusal(request('testId', 'testSecret'))).toEqual({
      ...{ accountId: '1000000001', accessKeyId: 'testId', isReceiptToken: false },
    })
  })

  it('knows the account of a temporary key with its token', async () => {
    const parts = request('STS.one', 'stsSecret', { ...plain, 'security-token': 'token-one' })
    expect(await refusal(parts)).toEqual({ accountId: '1000000001', accessKeyId: 'STS.one', isReceiptToken: true })
  })

  it.each([
    ['a wrong secret', request('testId', 'wrong'), 'SignatureDoesNotMatch'],
    ['an unknown key', request('nobody', 'testSecret'), 'InvalidAccessKeyId'],
    ['a disabled key', request('offId', 'offSecret'), 'AccessDenied'],
    ['a temporary key without its token', request('STS.one', 'stsSecret'), 'AccessDenied'],
    [
      'a token of somebody else',
      request('STS.one', 'stsSecret', { ...plain, 'security-token': 'other' }),
      'AccessDenied',
    ],
    [
      'a token on a permanent key',
      request('testId', 'testSecret', { ...plain, 'security-token': 'token-one' }),
      'AccessDenied',
    ],
    ['no version', request('testId', 'testSecret', { date: plain.date }), 'MissingVersionHeader'],
    [
      'another version',
      request('testId', 'testSecret', { ...plain, 'x-mns-version': '2014-07-08' }),
      'InvalidVersionHeader',
    ],
    ['no date', request('testId', 'testSecret', { 'x-mns-version': '2015-06-06' }), 'MissingDateHeader'],
    ['no date at all', request('testId', 'testSecret', { ...plain, date: 'yesterday' }), 'InvalidDateHeader'],
  ])('refuses %s', async (_name, parts, code) => {
    expect(await refusal(parts)).toBe(code)
  })

  it.each(['', 'MNS', 'MNS testId', 'MNS testId:', 'Basic dGVzdA==', 'MNS4-HMAC-SHA256 Credential=a'])(
    'refuses the Authorization header %j',
    async (authorization) => {
      const parts = { method: 'GET', target: '/queues', headers: { ...plain, authorization } }
      await expect(authenticate(parts, credentials(), now)).rejects.toMatchObject({
        code: 'InvalidAuthorizationHeader',
      })
    },
  )

  it('refuses a request without an Authorization header', async () => {
    const parts = { method: 'GET', target: '/queues', headers: plain }
    await expect(authenticate(parts, credentials(), now)).rejects.toMatchObject({ code: 'MissingAuthorizationHeader' })
  })

  it.each([
    [-15 * minuteMs, undefined],
    [15 * minuteMs, undefined],
    [-15 * minuteMs - 1_000, 'TimeExpired'],
    [15 * minuteMs + 1_000, 'TimeExpired'],
  ])('with a clock that is %i ms ahead says %s', async (aheadMs, code) => {
    const answer = await refusal(request('testId', 'testSecret'), now + aheadMs)
    if (code === undefined) expect(answer).toMatchObject({ accountId: '1000000001' })
    else expect(answer).toBe(code)
  })

  it('takes a token until it expires, and tells of its end only to who holds the secret', async () => {
    const headers = { ...plain, 'security-token': 'token-one' }
    expect(await refusal(request('STS.one', 'stsSecret', headers), now + 10 * minuteMs - 1)).toHaveProperty('accountId')
    expect(await refusal(request('STS.one', 'stsSecret', headers), now + 10 * minuteMs)).toBe('AccessDenied')
    expect(await refusal(request('STS.one', 'wrong', headers), now + 10 * minuteMs)).toBe('SignatureDoesNotMatch')
  })

  it('takes x-mns-date where there is no Date', async () => {
    const parts = request('testId', 'testSecret', { 'x-mns-date': plain.date, 'x-mns-version': '2015-06-06' })
    expect(await refusal(parts)).toHaveProperty('accountId')
  })
})

describe('parseHttpDate', () => {
  it.each([
    ['Tue, 02 Jan 2024 03:04:05 GMT', Date.UTC(2024, 0, 2, 3, 4, 5)],
    ['Tue, 2 Jan 2024 03:04:05 +0000', Date.UTC(2024, 0, 2, 3, 4, 5)],
    ['Thu, 29 Feb 2024 23:59:59 UTC', Date.UTC(2024, 1, 29, 23, 59, 59)],
    ['Wed, 31 Feb 2024 00:00:00 GMT', undefined],
    ['Tue, 02 Xyz 2024 03:04:05 GMT', undefined],
    ['Tue, 02 Jan 2024 24:04:05 GMT', undefined],
    ['2024-01-02T03:04:05Z', undefined],
  ])('%s', (text, at) => {
    expect(parseHttpDate(text)).toBe(at)
  })
})
