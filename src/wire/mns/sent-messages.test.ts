import { describe, expect, it } from 'vitest'
import { queueHouse } from '../../../fakes/queue-house.ts'
import { readXml } from './xml-reader.ts'

const receipts = '/queues/Alicom-Queue-1000000001-VoiceReport/messages'
const jobs = '/queues/jobs/messages'
const message = (body: string, more = '') => `<Message><MessageBody>${body}</MessageBody>${more}</Message>`

async function house() {
  const parts = queueHouse()
  await parts.call('PUT', '/queues/jobs', '')
  return parts
}

describe('SendMessage and BatchSendMessage', () => {
  it('answer id and digest of what was sent, which is received as it was', async () => {
    const { call, field } = await house()
    const { status, text } = await call('POST', jobs, `\uFEFF<?xml version="1.0"?>${message('a &lt;b&gt; 你好')}`)
    expect(status).toBe(201)
    expect(readXml(Buffer.from(text)).children.map((one) => one.name)).toEqual(['MessageId', 'MessageBodyMD5'])
    expect(field(text, 'MessageBodyMD5')).toBe('E3C723B8C4CC7425545C66A99DE22963')
    const received = await call('GET', jobs)
    expect(field(received.text, 'MessageBody')).toBe('a <b> 你好')
    expect(field(received.text, 'MessageBodyMD5')).toBe(field(text, 'MessageBodyMD5'))
    expect(field(received.text, 'MessageId')).toBe(field(text, 'MessageId'))
  })

  it('take up to sixteen at once, the most urgent of which is received first', async () => {
    const { call } = await house()
    const all = Array.from({ length: 16 }, (_, index) => message(`m${index}`, `<Priority>${16 - index}</Priority>`))
    const sent = await call('POST', jobs, `<Messages xmlns="http://mns.aliyuncs.com/doc/v1">${all.join('')}</Messages>`)
    expect([sent.status, readXml(Buffer.from(sent.text)).name]).toEqual([201, 'Messages'])
    expect(readXml(Buffer.from(sent.text)).children).toHaveLength(16)
    const received = readXml(Buffer.from((await call('GET', `${jobs}?numOfMessages=16`)).text))
    expect(received.children.map((one) => one.children[2]?.text).slice(0, 2)).toEqual(['m15', 'm14'])
  })

  it('delay a message, and give a handle to call it back with', async () => {
    const { clock, call, code, field } = await house()
    const { text } = await call('POST', jobs, message('late', '<DelaySeconds>10</DelaySeconds>'))
    expect(await code(call('GET', jobs))).toBe('404 MessageNotExist')
    expect(await code(call('DELETE', `${jobs}?ReceiptHandle=${field(text, 'ReceiptHandle')}`))).toBe('204')
    await call('POST', jobs, message('late', '<DelaySeconds>10</DelaySeconds>'))
    await clock.advance(10_000)
    expect((await call('GET', jobs)).status).toBe(200)
  })

  it('wake who waits at the queue', async () => {
    const { clock, call, field } = await house()
    const waiting = call('GET', `${jobs}?waitseconds=30`)
    await clock.advance(0)
    await call('POST', jobs, message('now'))
    expect(field((await waiting).text, 'MessageBody')).toBe('now')
    expect(clock.pendingTimers).toBe(0)
  })

  it.each([
    ['no body', '', 'MalformedXML'],
    ['another root', '<Queue/>', 'MalformedXML'],
    ['no MessageBody', '<Message/>', 'InvalidArgument'],
    ['an empty MessageBody', message(''), 'InvalidArgument'],
    ['a body over 64 KiB', message('x'.repeat(65_537)), 'InvalidArgument'],
    ['bodies over 64 KiB together', `<Messages>${message('x'.repeat(33_000)).repeat(2)}</Messages>`, 'InvalidArgument'],
    ['no message at all', '<Messages/>', 'InvalidArgument'],
    ['17 messages', `<Messages>${message('x').repeat(17)}</Messages>`, 'InvalidArgument'],
    ['priority 0', message('x', '<Priority>0</Priority>'), 'InvalidArgument'],
    ['priority 17', message('x', '<Priority>17</Priority>'), 'InvalidArgument'],
    ['eight days of delay', message('x', '<DelaySeconds>691200</DelaySeconds>'), 'InvalidArgument'],
  ])('refuse %s', async (_name, body, expected) => {
    const { call, code } = await house()
    expect(await code(call('POST', jobs, body))).toBe(`400 ${expected}`)
  })

  it('take 64 KiB of characters that must be escaped', async () => {
    const { call } = await house()
    expect((await call('POST', jobs, message('&quot;'.repeat(65_536)))).status).toBe(201)
  })

  it('hold the size that the queue allows, and never fill a receipt queue', async () => {
    const { call, code } = await house()
    const small = '<Queue><MaximumMessageSize>1024</MaximumMessageSize></Queue>'
    await call('PUT', '/queues/jobs?metaoverride=true', small)
    expect(await code(call('POST', jobs, message('你'.repeat(342))))).toBe('400 InvalidArgument')
    expect(await code(call('POST', jobs, message('你'.repeat(341))))).toBe('201')
    expect(await code(call('POST', receipts, message('{}')))).toBe('403 AccessDenied')
  })
})

describe('PeekMessage and BatchPeekMessage', () => {
  it('show what could be received, without a handle, and change nothing', async () => {
    const { store, call, field } = await house()
    store.put('Alicom-Queue-1000000001-VoiceReport', '{"n":1}')
    store.put('Alicom-Queue-1000000001-VoiceReport', '{"n":2}')
    for (let time = 0; time < 2; time++) {
      const { status, text } = await call('GET', `${receipts}?peekonly=true`)
      expect(status).toBe(200)
      expect(readXml(Buffer.from(text)).children.map((one) => one.name)).toEqual([
        'MessageId',
        'MessageBody',
        'MessageBodyMD5',
        'EnqueueTime',
        'FirstDequeueTime',
        'DequeueCount',
        'Priority',
      ])
      expect([field(text, 'MessageBody'), field(text, 'DequeueCount')]).toEqual(['eyJuIjoxfQ==', '0'])
    }
    const many = readXml(Buffer.from((await call('GET', `${receipts}?peekOnly=True&numOfMessages=16`)).text))
    expect([many.name, many.children.length]).toEqual(['Messages', 2])
  })

  it('say that there is nothing, and take peekonly for what it says', async () => {
    const { call, code } = await house()
    expect(await code(call('GET', `${receipts}?peekonly=true&numOfMessages=16`))).toBe('404 MessageNotExist')
    expect(await code(call('GET', `${receipts}?peekonly=false`))).toBe('400 InvalidArgument')
  })
})

describe('ChangeMessageVisibility', () => {
  const received = async () => {
    const parts = await house()
    parts.store.put('Alicom-Queue-1000000001-VoiceReport', '{}')
    const handle = parts.field((await parts.call('GET', receipts)).text, 'ReceiptHandle') ?? ''
    return { ...parts, handle }
  }

  it('hides a message for another while, under a new handle', async () => {
    const { clock, call, code, field, handle } = await received()
    await clock.advance(10_000)
    const { status, text } = await call('PUT', `${receipts}?receiptHandle=${handle}&visibilityTimeout=60`, '')
    expect([status, readXml(Buffer.from(text)).name]).toEqual([200, 'ChangeVisibility'])
    expect(field(text, 'NextVisibleTime')).toBe(String(clock.now() + 60_000))
    await clock.advance(59_999)
    expect(await code(call('GET', receipts))).toBe('404 MessageNotExist')
    expect(await code(call('DELETE', `${receipts}?ReceiptHandle=${handle}`))).toBe('400 ReceiptHandleError')
    expect(await code(call('DELETE', `${receipts}?ReceiptHandle=${field(text, 'ReceiptHandle')}`))).toBe('204')
  })

  it.each([
    ['VisibilityTimeout=60', '400 MissingReceiptHandle'],
    ['ReceiptHandle=1-YQ==', '400 MissingVisibilityTimeout'],
    ['ReceiptHandle=1-YQ==&VisibilityTimeout=0', '400 InvalidArgument'],
    ['ReceiptHandle=1-YQ==&VisibilityTimeout=43201', '400 InvalidArgument'],
    ['ReceiptHandle=nonsense&VisibilityTimeout=60', '400 ReceiptHandleError'],
    ['ReceiptHandle=1-YQ==&VisibilityTimeout=60', '404 MessageNotExist'],
  ])('with %s says %s', async (query, expected) => {
    const { call, code } = await received()
    expect(await code(call('PUT', `${receipts}?${query}`, ''))).toBe(expected)
  })
})
