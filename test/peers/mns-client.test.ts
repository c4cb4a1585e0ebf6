import http from 'node:http'
import Client from '@alicloud/mns'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sign } from '../../src/wire/mns/string-to-sign.ts'
import { expectBrokenOff } from '../sockets/broken-off.ts'
import { startMnsServer } from './mns-server.ts'

const queue = 'Alicom-Queue-1000000001-VoiceReport'
const body = '{"call_id":"116012354148^102813140000","status_msg":"用户听完语音"}'

let server: Awaited<ReturnType<typeof startMnsServer>>

function token(accessKeyId: string, expiresAt: number) {
  const secret = `${accessKeyId}-secret`
  server.credentials.tokens.push({
    accountId: '1000000001',
    accessKeyId,
    accessKeySecret: secret,
    securityToken: `${accessKeyId}-token`,
    createdAt: 0,
    expiresAt,
  })
  return new Client('1000000001', {
    accessKeyId,
    accessKeySecret: secret,
    endpoint: server.endpoint,
    securityToken: `${accessKeyId}-token`,
  })
}

const client = (secret = 'testSecret') =>
  new Client('1000000001', { accessKeyId: 'testId', accessKeySecret: secret, endpoint: server.endpoint })

beforeEach(async () => {
  server = await startMnsServer()
  server.store.open(queue)
})

afterEach(() => server.app.close())

describe('the untouched @alicloud/mns client', () => {
  it('receives a receipt, reads its JSON and deletes it', async () => {
    server.store.put(queue, body)
    const { code, body: message } = await client().receiveMessage(queue)
    expect(code).toBe(200)
    expect(Buffer.from(message.MessageBody, 'base64').toString('utf8')).toBe(body)
    expect(Object.keys(message)).toHaveLength(9)
    expect(message.DequeueCount).toBe('1')
    expect((await client().deleteMessage(queue, message.ReceiptHandle)).code).toBe(204)
    expect(server.store.left(queue)).toBe(0)
  })

  it('receives a batch and deletes it in one request', async () => {
    for (let index = 0; index < 5; index++) server.store.put(queue, `{"n":"${index}"}`)
    const { body: messages } = await client().batchReceiveMessage(queue, 16, 5)
    expect(messages.map((one) => Buffer.from(one.MessageBody, 'base64').toString())).toEqual(
      [0, 1, 2, 3, 4].map((index) => `{"n":"${index}"}`),
    )
    const { code, body: errors } = await client().batchDeleteMessage(
      queue,
      messages.map((one) => one.ReceiptHandle),
    )
    expect([code, errors]).toEqual([204, undefined])
    expect(server.store.left(queue)).toBe(0)
  })

  it('learns which handles of a batch were not valid', async () => {
    server.store.put(queue, body)
    const { body: message } = await client().receiveMessage(queue)
    const { code, body: errors } = await client().batchDeleteMessage(queue, [message.ReceiptHandle, '1-c3RhbGU='])
    expect(code).toBe(404)
    expect(errors).toEqual([
      {
        ErrorCode: 'ReceiptHandleError',
        ErrorMessage: 'The receipt handle you provide is not valid.',
        ReceiptHandle: '1-c3RhbGU=',
      },
    ])
    expect(server.store.left(queue)).toBe(0)
  })

  it('waits for a message and is woken by it', async () => {
    const asked = server.store.receives
    const waiting = client().receiveMessage(queue, 30)
    // Two questions: the first look, and the one when it stands in line.
    await vi.waitFor(() => expect(server.store.receives).toBeGreaterThanOrEqual(asked + 2))
    server.store.put(queue, body)
    server.bus.emit('receipts.queued', { queues: [queue] })
    expect((await waiting).body.DequeueCount).toBe('1')
  })

  it('is told that an empty queue is empty, at once and after a wait', async () => {
    await expect(client().receiveMessage(queue)).rejects.toMatchObject({ name: 'MNSMessageNotExistError' })
    await expect(client().batchReceiveMessage(queue, 16, 1)).rejects.toMatchObject({ name: 'MNSMessageNotExistError' })
  })

  it('is refused with a wrong secret', async () => {
    await expect(client('wrong').receiveMessage(queue)).rejects.toMatchObject({ name: 'MNSSignatureDoesNotMatchError' })
  })

  it('works with a temporary token until that has expired', async () => {
    server.store.put(queue, body)
    expect((await token('STS.live', Date.now() + 60_000).receiveMessage(queue)).code).toBe(200)
    await expect(token('STS.dead', Date.now() - 1).receiveMessage(queue)).rejects.toMatchObject({
      name: 'MNSAccessDeniedError',
      message: expect.stringContaining('expired'),
    })
  })

  it('cannot tell the queue of another account from none', async () => {
    server.store.open('Alicom-Queue-2000000002-VoiceReport')
    for (const foreign of ['Alicom-Queue-2000000002-VoiceReport', 'Alicom-Queue-1000000001-VoiceRecordReport']) {
      await expect(client().receiveMessage(foreign)).rejects.toMatchObject({ name: 'MNSQueueNotExistError' })
    }
  })

  it('keeps a message hidden for longer, and deletes it by its new handle', async () => {
    server.store.put(queue, body)
    const { body: message } = await client().receiveMessage(queue)
    const { code, body: changed } = await client().changeMessageVisibility(queue, message.ReceiptHandle, 60)
    expect(code).toBe(200)
    expect(Number(changed.NextVisibleTime)).toBeGreaterThan(Number(message.NextVisibleTime))
    expect((await client().deleteMessage(queue, changed.ReceiptHandle)).code).toBe(204)
    expect(server.store.left(queue)).toBe(0)
    await expect(client().changeMessageVisibility(queue, changed.ReceiptHandle, 60)).rejects.toMatchObject({
      name: 'MNSMessageNotExistError',
    })
  })

  it('looks at receipts without taking them', async () => {
    server.store.put(queue, body)
    const { body: message } = await client().peekMessage(queue)
    expect(Buffer.from(message.MessageBody, 'base64').toString('utf8')).toBe(body)
    expect((await client().batchPeekMessage(queue, 16)).body).toHaveLength(1)
    expect((await client().receiveMessage(queue)).body.DequeueCount).toBe('1')
  })

  it('makes a queue of its own, fills it, empties it and removes it', async () => {
    const made = await client().createQueue('jobs', { VisibilityTimeout: 5 })
    expect([made.code, made.headers['location']]).toEqual([201, `${server.endpoint}/queues/jobs`])
    await client().setQueueAttributes('jobs', { DelaySeconds: 0, PollingWaitSeconds: 1 })
    const { body: sent } = await client().sendMessage('jobs', { MessageBody: 'one', Priority: 1 })
    const { body: many } = await client().batchSendMessage('jobs', [{ MessageBody: 'two' }, { MessageBody: 'three' }])
    expect([sent.MessageBodyMD5, many.length]).toEqual([expect.stringMatching(/^[0-9A-F]{32}$/), 2])
    const { body: received } = await client().batchReceiveMessage('jobs', 16)
    expect(received.map((one) => one.MessageBody)).toEqual(['one', 'two', 'three'])
    const { body: attributes } = await client().getQueueAttributes('jobs')
    expect(attributes).toMatchObject({ QueueName: 'jobs', VisibilityTimeout: '5', InactiveMessages: '3' })
    const { body: listed } = await client().listQueue(undefined, 10, 'jo')
    expect([listed].flat()).toEqual([{ QueueURL: `${server.endpoint}/queues/jobs` }])
    expect((await client().deleteQueue('jobs')).code).toBe(204)
    await expect(client().receiveMessage('jobs')).rejects.toMatchObject({ name: 'MNSQueueNotExistError' })
  })
})

describe('clients that write their requests in another way', () => {
  const local = `/queues/${queue}/messages?numOfMessages=16&waitseconds=0`

  /** A signed GET whose request line and signature may differ; `hangUp` gives the connection up while it waits. */
  function get(target: string, signed: string): http.ClientRequest {
    const date = new Date().toUTCString()
    const type = 'text/xml;charset=UTF-8'
    const authorization = `MNS testId:${sign('testSecret', `GET\n\n${type}\n${date}\nx-mns-version:2015-06-06\n${signed}`)}`
    const headers = { date, 'content-type': type, 'x-mns-version': '2015-06-06', authorization }
    return http.get({ host: '127.0.0.1', port: new URL(server.endpoint).port, path: target, headers, agent: false })
  }

  it.each([
    ['an absolute-form target and the path signed', () => `${server.endpoint}${local}`],
    ['a double slash and an empty query, signed without them', () => `/${local.replace(/\?.*/, '')}?`],
  ])('are understood with %s', async (_name, target) => {
    server.store.put(queue, body)
    const signed = target().endsWith('?') ? local.replace(/\?.*/, '') : local
    const status = await new Promise((resolve, reject) => {
      get(target(), signed)
        .on('response', (response) => resolve(response.resume().statusCode))
        .on('error', reject)
    })
    expect(status).toBe(200)
  })

  it('leave nobody behind in the line when they hang up', async () => {
    const asked = server.store.receives
    const target = `/queues/${queue}/messages?waitseconds=30`
    const request = get(target, target).on('error', expectBrokenOff)
    await vi.waitFor(() => expect(server.store.receives).toBeGreaterThanOrEqual(asked + 2))
    const closed = new Promise((resolve) => request.on('close', resolve))
    request.destroy()
    await closed
    // With the first client still in line, the message would be spent on it.
    await vi.waitFor(async () => {
      const connections = await new Promise((resolve) => server.app.server.getConnections((_, count) => resolve(count)))
      expect(connections).toBe(0)
    })
    server.store.put(queue, body)
    server.bus.emit('receipts.queued', { queues: [queue] })
    expect((await client().receiveMessage(queue)).body.DequeueCount).toBe('1')
  })
})
