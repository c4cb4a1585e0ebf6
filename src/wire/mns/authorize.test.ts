import { describe, expect, it } from 'vitest'
import { queueHouse } from '../../../fakes/queue-house.ts'

const receipts = '/queues/Alicom-Queue-1000000001-VoiceReport'
const account = { accountId: '1000000001' } as const

function house() {
  const parts = queueHouse()
  const { credentials, clock } = parts
  const life = { createdAt: clock.now(), expiresAt: clock.now() + 600_000 }
  const token = { accessKeyId: 'STS.receipts', accessKeySecret: 'a', securityToken: 'token-a' }
  credentials.tokens.push({ ...account, ...token, ...life })
  credentials.temporaryKeys.push({
    ...{ ...account, accessKeyId: 'STS.key', secret: 'b', securityToken: 'token-b', expiresAt: life.expiresAt },
  })
  credentials.keys.push({ ...account, accessKeyId: 'userId', userName: 'puller', secret: 'c', enabled: true })
  const receiptToken = { accessKeyId: 'STS.receipts', secret: 'a', securityToken: 'token-a' }
  const temporaryKey = { accessKeyId: 'STS.key', secret: 'b', securityToken: 'token-b' }
  const userKey = { accessKeyId: 'userId', secret: 'c' }
  return { ...parts, receiptToken, temporaryKey, userKey }
}

describe('a token of QueryTokenForMnsQueue', () => {
  it('is good for fetching receipts and nothing else', async () => {
    const { store, call, callAs, code, receiptToken } = house()
    await call('PUT', '/queues/jobs', '')
    store.put('Alicom-Queue-1000000001-VoiceReport', '{}')
    const ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, body?: string) =>
      code(callAs(receiptToken, method, url, body))
    expect(await ask('GET', `${receipts}/messages?peekonly=true`)).toBe('200')
    expect(await ask('GET', receipts)).toBe('200')
    expect(await ask('GET', `${receipts}/messages?numOfMessages=16`)).toBe('200')
    expect(await ask('DELETE', `${receipts}/messages?ReceiptHandle=1-YQ==`, '')).toBe('400 ReceiptHandleError')
    for (const [method, url] of [
      ['PUT', '/queues/mine'],
      ['PUT', `${receipts}?metaoverride=true`],
      ['DELETE', '/queues/jobs'],
      ['POST', '/queues/jobs/messages'],
    ] as const) {
      expect(await ask(method, url, '')).toBe('403 AccessDenied')
    }
    expect(await ask('GET', '/queues')).toBe('403 AccessDenied')
    expect(await ask('GET', '/queues/jobs/messages')).toBe('404 QueueNotExist')
    expect(await ask('GET', '/queues/Alicom-Queue-2000000002-VoiceReport/messages')).toBe('404 QueueNotExist')
  })
})

describe('a temporary key', () => {
  it('may do what its account may, until it expires', async () => {
    const { clock, callAs, code, credentials, temporaryKey } = house()
    expect(await code(callAs(temporaryKey, 'PUT', '/queues/mine', ''))).toBe('201')
    const swapped = { ...temporaryKey, accessKeyId: 'STS.other' }
    expect(await code(callAs(swapped, 'GET', '/queues'))).toBe('403 AccessDenied')
    expect(await code(callAs({ ...temporaryKey, securityToken: 'x' }, 'GET', '/queues'))).toBe('403 AccessDenied')
    const [key] = credentials.temporaryKeys.splice(0)
    if (key !== undefined) credentials.temporaryKeys.push({ ...key, expiresAt: clock.now() })
    expect(await code(callAs(temporaryKey, 'GET', '/queues'))).toBe('403 AccessDenied')
  })
})

describe("a user's key", () => {
  it('may do nothing without a policy, and then what the policy says', async () => {
    const { store, call, callAs, code, credentials, userKey } = house()
    await call('PUT', '/queues/jobs', '')
    store.put('Alicom-Queue-1000000001-VoiceReport', '{}')
    const ask = (url: string) => code(callAs(userKey, 'GET', url))
    expect(await ask(`${receipts}/messages`)).toBe('403 AccessDenied')
    const resources = ['acs:mns:*:1000000001:/queues/Alicom-Queue-*']
    const statements = [{ effect: 'Allow', actions: ['mns:*ReceiveMessage'], resources }] as const
    credentials.users.push({ ...account, userName: 'puller', statements })
    expect(await ask(`${receipts}/messages`)).toBe('200')
    expect(await ask(`${receipts}/messages?numOfMessages=16`)).toBe('404 MessageNotExist')
    expect(await ask(`${receipts}/messages?peekonly=true`)).toBe('403 AccessDenied')
    expect(await ask('/queues/jobs/messages')).toBe('403 AccessDenied')
    expect(await ask('/queues')).toBe('403 AccessDenied')
  })
})

describe('an account', () => {
  it.each([
    ['normal', '200'],
    ['outOfService', '200'],
    ['abnormal', '403 AccessDenied'],
    ['deleted', '403 AccessDenied'],
  ] as const)('that is %s is answered %s', async (state, expected) => {
    const { call, code, credentials } = house()
    credentials.accounts.push({ ...account, name: 'Test', state })
    expect(await code(call('GET', receipts))).toBe(expected)
  })
})
