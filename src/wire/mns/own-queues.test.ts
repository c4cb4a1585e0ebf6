import { describe, expect, it } from 'vitest'
import { queueHouse as house } from '../../../fakes/queue-house.ts'
import { readXml } from './xml-reader.ts'

const receipts = '/queues/Alicom-Queue-1000000001-VoiceReport'
const foreign = '/queues/Alicom-Queue-2000000002-VoiceReport'
const attributes = (fields: string) =>
  `<?xml version="1.0"?><Queue xmlns="http://mns.aliyuncs.com/doc/v1/">${fields}</Queue>`

function valuesOf(text: string): Record<string, string> {
  return Object.fromEntries(readXml(Buffer.from(text)).children.map((one) => [one.name, one.text]))
}

describe('CreateQueue', () => {
  it('makes a queue and says where it is; making it again changes nothing', async () => {
    const { call, code } = house()
    const made = await call('PUT', '/queues/jobs', attributes('<VisibilityTimeout>60</VisibilityTimeout>'))
    expect([made.status, made.headers['location']]).toEqual([201, 'http://localhost:80/queues/jobs'])
    const again = await call('PUT', '/queues/jobs', attributes('<VisibilityTimeout>60</VisibilityTimeout>'))
    expect([again.status, again.text]).toEqual([204, ''])
    expect(await code(call('PUT', '/queues/jobs', ''))).toBe('409 QueueAlreadyExist')
    expect(await code(call('PUT', '/queues/other', ''))).toBe('201')
  })

  it.each([
    [`${'a'.repeat(121)}`, '', '400 QueueNameLengthError'],
    ['-a', '', '400 InvalidQueueName'],
    ['a_b', '', '400 InvalidQueueName'],
    ['a', attributes('<DelaySeconds>604801</DelaySeconds>'), '400 InvalidArgument'],
    ['a', attributes('<MaximumMessageSize>1023</MaximumMessageSize>'), '400 InvalidArgument'],
    ['a', attributes('<MessageRetentionPeriod>59</MessageRetentionPeriod>'), '400 InvalidArgument'],
    ['a', attributes('<VisibilityTimeout>0</VisibilityTimeout>'), '400 InvalidArgument'],
    ['a', attributes('<PollingWaitSeconds>x</PollingWaitSeconds>'), '400 InvalidArgument'],
    ['a', attributes('<LoggingEnabled>maybe</LoggingEnabled>'), '400 InvalidArgument'],
    ['a', '<Topic/>', '400 MalformedXML'],
    ['a', '<!DOCTYPE x><Queue/>', '400 MalformedXML'],
  ])('refuses %s %s', async (name, body, expected) => {
    const { call, code } = house()
    expect(await code(call('PUT', `/queues/${name}`, body))).toBe(expected)
  })

  it('gives nobody a name that belongs to receipts, and knows the receipt queues there are', async () => {
    const { call, code } = house()
    expect(await code(call('PUT', receipts, ''))).toBe('204')
    expect(await code(call('PUT', receipts, attributes('<DelaySeconds>1</DelaySeconds>')))).toBe(
      '409 QueueAlreadyExist',
    )
    expect(await code(call('PUT', foreign, ''))).toBe('403 AccessDenied')
    expect(await code(call('PUT', '/queues/Alicom-Queue-1000000001-VoiceRecordReport', ''))).toBe('403 AccessDenied')
  })

  it('says when there are enough', async () => {
    const { call, code, register } = house()
    register.most = 1
    expect(await code(call('PUT', '/queues/a', ''))).toBe('201')
    expect(await code(call('PUT', '/queues/b', ''))).toBe('403 AccessDenied')
  })
})

describe('GetQueueAttributes and SetQueueAttributes', () => {
  it('show and change what is set about a queue, receipt queues included', async () => {
    const { clock, store, call } = house()
    store.put('Alicom-Queue-1000000001-VoiceReport', '{}')
    store.put('Alicom-Queue-1000000001-VoiceReport', '{}')
    await call('GET', `${receipts}/messages`)
    expect(valuesOf((await call('GET', receipts)).text)).toEqual({
      QueueName: 'Alicom-Queue-1000000001-VoiceReport',
      CreateTime: '1704164645',
      LastModifyTime: '1704164645',
      DelaySeconds: '0',
      MaximumMessageSize: '65536',
      MessageRetentionPeriod: '345600',
      VisibilityTimeout: '30',
      PollingWaitSeconds: '0',
      LoggingEnabled: 'False',
      ActiveMessages: '1',
      InactiveMessages: '1',
      DelayMessages: '0',
    })
    await clock.advance(2_000)
    const body = attributes('<VisibilityTimeout>5</VisibilityTimeout><LoggingEnabled>true</LoggingEnabled>')
    const { status, text } = await call('PUT', `${receipts}?metaoverride=true`, body)
    expect([status, text]).toEqual([204, ''])
    expect(valuesOf((await call('GET', receipts)).text)).toMatchObject({
      LastModifyTime: '1704164647',
      VisibilityTimeout: '5',
      MessageRetentionPeriod: '345600',
      LoggingEnabled: 'True',
    })
    const received = valuesOf((await call('GET', `${receipts}/messages`)).text)
    expect(received['NextVisibleTime']).toBe(String(clock.now() + 5_000))
  })

  it('make a receive wait that does not say for how long', async () => {
    const { clock, store, bus, call, code } = house()
    await call('PUT', `${receipts}?MetaOverride=true`, attributes('<PollingWaitSeconds>20</PollingWaitSeconds>'))
    expect(await code(call('GET', `${receipts}/messages?waitseconds=0`))).toBe('404 MessageNotExist')
    const waiting = call('GET', `${receipts}/messages`)
    await clock.advance(10_000)
    store.put('Alicom-Queue-1000000001-VoiceReport', '{}')
    bus.emit('receipts.queued', { queues: ['Alicom-Queue-1000000001-VoiceReport'] })
    expect((await waiting).status).toBe(200)
  })
})

describe('ListQueue', () => {
  it('lists the queues of the account in pages', async () => {
    const { call, callAs, otherKey, store } = house()
    for (const name of ['b', 'a1', 'a2']) await call('PUT', `/queues/${name}`, '')
    await callAs(otherKey, 'PUT', '/queues/a0', '')
    store.open('Alicom-Queue-1000000001-VoiceCallReport')
    const page = async (more: Record<string, string>) => {
      const root = readXml(Buffer.from((await call('GET', '/queues', undefined, more)).text))
      return root.children.map((one) => one.children[0]?.text.replace('http://localhost:80/queues/', '') ?? one.text)
    }
    const receiptQueues = ['Alicom-Queue-1000000001-VoiceCallReport', 'Alicom-Queue-1000000001-VoiceReport']
    expect(await page({})).toEqual([...receiptQueues, 'a1', 'a2', 'b'])
    expect(await page({ 'x-mns-prefix': 'a', 'x-mns-ret-number': '1' })).toEqual(['a1', 'a1'])
    expect(await page({ 'x-mns-prefix': 'a', 'x-mns-ret-number': '1', 'x-mns-marker': 'a1' })).toEqual(['a2'])
    expect(await page({ 'x-mns-prefix': 'zzz' })).toEqual([])
  })

  it.each(['0', '1001', 'x'])('refuses %s as the length of a page', async (size) => {
    const { call, code } = house()
    expect(await code(call('GET', '/queues', undefined, { 'x-mns-ret-number': size }))).toBe('400 InvalidArgument')
  })
})

describe('DeleteQueue', () => {
  it('removes a queue of the account with everything in it, and no other', async () => {
    const { call, callAs, otherKey, code } = house()
    await call('PUT', '/queues/jobs', '')
    await call('POST', '/queues/jobs/messages', '<Message><MessageBody>x</MessageBody></Message>')
    expect(await code(callAs(otherKey, 'DELETE', '/queues/jobs', ''))).toBe('404 QueueNotExist')
    expect(await code(call('DELETE', '/queues/jobs', ''))).toBe('204')
    expect(await code(call('GET', '/queues/jobs'))).toBe('404 QueueNotExist')
    await call('PUT', '/queues/jobs', '')
    expect(await code(call('GET', '/queues/jobs/messages'))).toBe('404 MessageNotExist')
    expect(await code(call('DELETE', receipts, ''))).toBe('403 AccessDenied')
  })
})

describe("an account's queue", () => {
  it('is for nobody else, whatever is asked', async () => {
    const { call, callAs, otherKey, code } = house()
    await call('PUT', '/queues/jobs', '')
    for (const path of ['/queues/jobs', receipts]) {
      for (const [method, url, body] of [
        ['GET', path, undefined],
        ['PUT', `${path}?metaoverride=true`, ''],
        ['DELETE', path, ''],
        ['GET', `${path}/messages`, undefined],
        ['GET', `${path}/messages?peekonly=true`, undefined],
        ['POST', `${path}/messages`, '<Message><MessageBody>x</MessageBody></Message>'],
        ['DELETE', `${path}/messages?ReceiptHandle=1-YQ==`, ''],
        ['PUT', `${path}/messages?ReceiptHandle=1-YQ==&VisibilityTimeout=1`, ''],
      ] as const) {
        expect(await code(callAs(otherKey, method, url, body))).toBe('404 QueueNotExist')
      }
    }
  })
})
