import { describe, expect, it } from 'vitest'
import { queueHouse as house } from '../../../fakes/queue-house.ts'
import { readXml } from './xml-reader.ts'

const queue = 'Alicom-Queue-1000000001-VoiceReport'
const messages = `/queues/${queue}/messages`
describe('ReceiveMessage', () => {
  it('answers one message with every field, its body in base64', async () => {
    const { clock, store, call } = house()
    store.put(queue, '{"call_id":"a","status_msg":"用户听完语音"}')
    await clock.advance(7)
    const { status, headers, text } = await call('GET', messages)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/xml;charset=utf-8')
    expect(headers['x-mns-version']).toBe('2015-06-06')
    expect(headers['x-mns-request-id']).toBeTruthy()
    expect(text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Message xmlns="http://mns.aliyuncs.com/doc/v1/">' +
        '<MessageId>00000000000000000000000000000001</MessageId><ReceiptHandle>1-Pj4+Py0x</ReceiptHandle>' +
        '<MessageBody>eyJjYWxsX2lkIjoiYSIsInN0YXR1c19tc2ciOiLnlKjmiLflkKzlrozor63pn7MifQ==</MessageBody>' +
        '<MessageBodyMD5>62860C15CA6039705D01AC4C975135FB</MessageBodyMD5>' +
        '<EnqueueTime>1704164645000</EnqueueTime><FirstDequeueTime>1704164645007</FirstDequeueTime>' +
        '<NextVisibleTime>1704164675007</NextVisibleTime><DequeueCount>1</DequeueCount><Priority>8</Priority></Message>',
    )
  })

  it('hides a message for 30 seconds, then shows it again under a new handle', async () => {
    const { clock, store, call, field, code } = house()
    store.put(queue, '{}')
    const first = field((await call('GET', messages)).text, 'ReceiptHandle')
    await clock.advance(29_999)
    expect(await code(call('GET', messages))).toBe('404 MessageNotExist')
    await clock.advance(1)
    const { text } = await call('GET', messages)
    expect(field(text, 'DequeueCount')).toBe('2')
    expect(field(text, 'ReceiptHandle')).not.toBe(first)
    expect(await code(call('DELETE', `${messages}?ReceiptHandle=${first}`))).toBe('400 ReceiptHandleError')
  })

  it('waits for a message', async () => {
    const { clock, store, bus, call, field } = house()
    const waiting = call('GET', `${messages}?waitseconds=30`)
    await clock.advance(3_500)
    store.put(queue, '{}')
    bus.emit('receipts.queued', { queues: [queue] })
    const { status, text } = await waiting
    expect(status).toBe(200)
    expect(field(text, 'EnqueueTime')).toBe(String(clock.now()))
  })

  it('says that there is none when the wait is over, and at once when the server ends', async () => {
    const { clock, app, code, call } = house()
    const waiting = code(call('GET', `${messages}?waitseconds=2`))
    await clock.advance(2_000)
    expect(await waiting).toBe('404 MessageNotExist')
    const cut = code(call('GET', `${messages}?waitseconds=30`))
    await clock.advance(0)
    await app.close()
    expect(await cut).toBe('404 MessageNotExist')
    expect(clock.pendingTimers).toBe(0)
  })

  it.each(['waitseconds=31', 'waitseconds=-1', 'waitseconds=x', 'waitseconds=', 'numOfMessages=0', 'numOfMessages=17'])(
    'refuses %s',
    async (query) => {
      const { call, code } = house()
      expect(await code(call('GET', `${messages}?${query}`))).toBe('400 InvalidArgument')
    },
  )
})

describe('BatchReceiveMessage', () => {
  it('answers as many messages as there are, up to what was asked for', async () => {
    const { store, call } = house()
    for (let index = 0; index < 20; index++) store.put(queue, `{"n":${index}}`)
    const first = readXml(Buffer.from((await call('GET', `${messages}?numOfMessages=16&waitseconds=5`)).text))
    expect(first.name).toBe('Messages')
    expect(first.children).toHaveLength(16)
    expect(first.children[0]?.children.map((one) => one.name)).toHaveLength(9)
    const second = readXml(Buffer.from((await call('GET', `${messages}?NUMOFMESSAGES=16`)).text))
    expect(second.children).toHaveLength(4)
  })
})

describe('DeleteMessage and BatchDeleteMessage', () => {
  it.each(['ReceiptHandle', 'receiptHandle', 'RECEIPTHANDLE'])('deletes by %s with a raw handle', async (name) => {
    const { store, call, field } = house()
    store.put(queue, '{}')
    const handle = field((await call('GET', messages)).text, 'ReceiptHandle')
    expect(handle).toContain('+')
    const { status, text } = await call('DELETE', `${messages}?${name}=${handle}`)
    expect([status, text]).toEqual([204, ''])
    expect(store.left(queue)).toBe(0)
  })

  it('deletes many, and names the handles that were not valid', async () => {
    const { store, call } = house()
    for (let index = 0; index < 3; index++) store.put(queue, '{}')
    const { text } = await call('GET', `${messages}?numOfMessages=16`)
    const handles = readXml(Buffer.from(text)).children.map((one) => one.children[1]?.text)
    const body = (all: unknown[]) =>
      `\uFEFF<ReceiptHandles xmlns="http://mns.aliyuncs.com/doc/v1">${all.map((one) => `<ReceiptHandle>${one}</ReceiptHandle>`).join('')}</ReceiptHandles>`
    expect((await call('DELETE', messages, body(handles.slice(0, 2)))).status).toBe(204)
    const partly = await call('DELETE', messages, body([handles[2], 'stale&amp;']))
    expect(partly.status).toBe(404)
    expect(partly.text).toContain(
      '<Errors xmlns="http://mns.aliyuncs.com/doc/v1/"><Error><ErrorCode>ReceiptHandleError</ErrorCode>' +
        '<ErrorMessage>The receipt handle you provide is not valid.</ErrorMessage>' +
        '<ReceiptHandle>stale&amp;</ReceiptHandle></Error></Errors>',
    )
    expect(store.left(queue)).toBe(0)
  })

  it.each([
    ['no handle', '', 'MalformedXML'],
    ['an empty list', '<ReceiptHandles/>', 'MissingReceiptHandle'],
    ['an empty handle', '<ReceiptHandles><ReceiptHandle/></ReceiptHandles>', 'MissingReceiptHandle'],
    ['another root', '<Handles><ReceiptHandle>a</ReceiptHandle></Handles>', 'MalformedXML'],
    ['DOCTYPE', '<!DOCTYPE a><ReceiptHandles/>', 'MalformedXML'],
    [
      '17 handles',
      `<ReceiptHandles>${'<ReceiptHandle>a</ReceiptHandle>'.repeat(17)}</ReceiptHandles>`,
      'InvalidArgument',
    ],
    ['a body that is too long', `<ReceiptHandles>${' '.repeat(600_000)}</ReceiptHandles>`, 'InvalidArgument'],
  ])('refuses %s', async (_name, body, expected) => {
    const { call, code } = house()
    expect(await code(call('DELETE', messages, body))).toBe(`400 ${expected}`)
  })

  it.each([
    ['application/octet-stream', '404'],
    ['text/xml; charset', '404'],
    ['nonsense', '400 InvalidArgument'],
  ])('with the Content-Type %j answers %s', async (type, expected) => {
    const { call, code } = house()
    const body = '<ReceiptHandles><ReceiptHandle>a</ReceiptHandle></ReceiptHandles>'
    expect(await code(call('DELETE', messages, body, { 'content-type': type }))).toBe(expected)
  })

  it('checks Content-MD5 in both encodings', async () => {
    const { call, code } = house()
    const body = '<ReceiptHandles><ReceiptHandle>a</ReceiptHandle></ReceiptHandles>'
    const digest = { raw: 'xSmIZdLlzhDZKx3tmU7X/A==', hex: 'YzUyOTg4NjVkMmU1Y2UxMGQ5MmIxZGVkOTk0ZWQ3ZmM=' }
    for (const md5 of [digest.raw, digest.hex]) {
      expect((await call('DELETE', messages, body, { 'content-md5': md5 })).status).toBe(404)
      expect(await code(call('DELETE', messages, `${body} `, { 'content-md5': md5 }))).toBe('400 InvalidDegist')
    }
  })
})

describe('the queue protocol', () => {
  it("answers another account's queue like one that does not exist", async () => {
    const { store, call, code, field } = house()
    store.put('Alicom-Queue-2000000002-VoiceReport', '{}')
    const foreign = await call('GET', '/queues/Alicom-Queue-2000000002-VoiceReport/messages')
    const unknown = await call('GET', '/queues/Alicom-Queue-1000000001-VoiceRecordReport/messages')
    expect(foreign.status).toBe(404)
    expect(field(foreign.text, 'Code')).toBe('QueueNotExist')
    expect(field(unknown.text, 'Message')).toBe(field(foreign.text, 'Message'))
    expect(await code(call('GET', '/queues/whatever/messages?waitseconds=30'))).toBe('404 QueueNotExist')
    const gone = '/queues/Alicom-Queue-1000000001-VoiceRTASRReport/messages?ReceiptHandle=a'
    expect(await code(call('DELETE', gone))).toBe('404 QueueNotExist')
  })

  it('takes the double slash and the empty query of a client that signs neither', async () => {
    const { store, call } = house()
    store.put(queue, '{}')
    expect((await call('GET', `/${messages}?`)).status).toBe(200)
  })

  it.each([
    ['POST', '/queues', 'POST on queues'],
    ['POST', `/queues/${queue}`, 'POST on queue'],
    ['DELETE', '/queues', 'DELETE on queues'],
  ] as const)('refuses %s %s, and says what there is', async (method, url, name) => {
    const { call, field } = house()
    const { status, text } = await call(method, url, '')
    expect([status, field(text, 'Code')]).toEqual([400, 'UnsupportedOperation'])
    expect(field(text, 'Message')).toMatch(
      new RegExp(`^${name} is not supported. There are: BatchPeekMessage, .*DeleteQueue.$`),
    )
  })

  it.each([
    ['/queues/a/b', 'InvalidRequestURL'],
    ['/queues/a/messages/c', 'InvalidRequestURL'],
    [`${messages}?a=%`, 'InvalidQueryString'],
  ])('refuses %s', async (url, expected) => {
    const { call, code } = house()
    expect(await code(call('GET', url))).toBe(`400 ${expected}`)
  })

  it('answers a refusal with code, message, request id and host', async () => {
    const { app } = house()
    const response = await app.inject({ method: 'GET', url: messages, headers: { host: 'queues.test:8080' } })
    expect(response.statusCode).toBe(400)
    expect(response.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Error xmlns="http://mns.aliyuncs.com/doc/v1/">' +
        '<Code>MissingAuthorizationHeader</Code><Message>The Authorization header is required.</Message>' +
        `<RequestId>${response.headers['x-mns-request-id']}</RequestId><HostId>http://queues.test:8080</HostId></Error>`,
    )
  })

  it('answers a failure of the store as InternalError, tells the log and nothing to the caller', async () => {
    const { store, errors, call } = house()
    store.failNext(1)
    const { status, text } = await call('GET', messages)
    expect(status).toBe(500)
    expect(text).toContain('<Code>InternalError</Code>')
    expect(text).not.toContain('away')
    expect(errors).toHaveLength(1)
  })
})
