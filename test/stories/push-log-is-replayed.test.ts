import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { LoggedAttempt, PushedReceipt } from '../../src/receipts/ports.ts'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { jsonOf, runYuyin } from '../node/run-yuyin.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'
import { listenOnLoopback } from '../sockets/ports.ts'

interface Push {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const bench = new NodeBench()
const pushes: Push[] = []
/** What the customer's endpoint answers next. */
let status = 200
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    pushes.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
    response.writeHead(status).end(status === 200 ? '{"code":0,"msg":"\u009b31mok"}' : 'down')
  })
})
let url = ''
let data = ''
let node: ServedNode
/** Beside the node, as the commands are: a look into the log without starting a process. */
let store: Store
let secret = ''
let callId = ''

const yuyin = (...args: string[]) => runYuyin(...args, '--data', data)

const json = <T>(...args: string[]) => jsonOf<T>(...args, '--data', data)

const pushesOf = (id: string) => pushes.filter((push) => push.body.includes(id)).length
const patience = { timeout: 30_000, interval: 50 }

beforeAll(async () => {
  const port = await listenOnLoopback(receiver)
  url = `http://127.0.0.1:${port}/receipts`
  data = await bench.folder()
  node = await bench.serve(data)
  const tool = { dataDir: data, profile: 'dev', role: 'tool', clock: systemClock, log: silentLog } as const
  store = await openStore({ ...tool, databaseUrl: node.endpoints.database })
  const set = await json<{ secret: string }>('subscription', 'set', 'VoiceReport', '--push', url, '--sign', 'on')
  secret = set.secret
  callId = await node.client.place('SingleCallByTts', {
    ...{ CalledNumber: '13977770002', TtsCode: 'TTS_10002', TtsParam: '{"name":"张三","time":"9点"}' },
  })
  await vi.waitFor(() => expect(pushesOf(callId)).toBe(1), patience)
})
afterAll(async () => {
  await store.close()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
  await bench.close()
})

const { accountId } = devProfile
const lastAttempt = async () => (await store.pushLog.attempts(accountId, { callId }, { limit: 1 }))[0]
const receiptNow = async () => (await store.pushLog.receipts(accountId, { callId }, { limit: 1 }))[0]

describe('the delivery log beside a running node', () => {
  it('shows each attempt with its answer, which a terminal does not obey', async () => {
    await expect.poll(async () => (await receiptNow())?.state, patience).toBe('delivered')
    const [attempt] = await json<LoggedAttempt[]>('push', 'log', '--call', callId)
    expect(attempt).toMatchObject({ callId, messageType: 'VoiceReport', status: 200, delivered: true })
    const [receipt] = await json<PushedReceipt[]>('push', 'list', '--state', 'delivered')
    expect(receipt).toMatchObject({ id: attempt?.pushId, callId, url, attempts: 1 })
    const shown = (await yuyin('push', 'show', receipt?.id ?? '')).stdout
    expect(shown).toContain(`"call_id":"${callId}"`)
    expect(shown).toContain('{"code":0,"msg":"·31mok"}')
    expect(shown).not.toContain('\u009b')
  })

  it('pushes again by receipt, by call, and by time and type', async () => {
    const { id } = (await receiptNow()) ?? { id: '' }
    const wishes = [[id], ['--call', callId], ['--since', '1h', '--type', 'VoiceReport']]
    for (const [index, wish] of wishes.entries()) {
      expect(await json('push', 'replay', ...wish)).toEqual({ replayed: 1 })
      await expect.poll(async () => (await receiptNow())?.state, patience).toBe('delivered')
      expect(pushesOf(callId)).toBe(index + 2)
    }
    expect(await store.pushLog.attempts(accountId, { callId }, { limit: 9 })).toHaveLength(4)
  })

  it('signs every push so that the documented example knows it', async () => {
    const page = await readFile(new URL('../../docs/push-signature.md', import.meta.url), 'utf8')
    const example = join(data, 'example.mjs')
    await writeFile(example, /```js\n(.*?)```/s.exec(page)?.[1] ?? '')
    const { isFromYuyin } = await import(pathToFileURL(example).href)
    expect(pushes.length).toBeGreaterThanOrEqual(4)
    const now = Date.now() / 1000
    for (const { headers, body } of pushes) {
      const header = headers['x-yuyin-signature']
      expect(isFromYuyin(header, body, secret, now)).toBe(true)
      expect(isFromYuyin(header, `${body} `, secret, now)).toBe(false)
      expect(isFromYuyin(header, body, 'another', now)).toBe(false)
      expect(isFromYuyin(header, body, secret, now + 400)).toBe(false)
    }
  })

  it('says why an attempt failed, and when the next one is due', async () => {
    status = 503
    await store.pushLog.replay(accountId, { callId })
    await expect.poll(async () => (await lastAttempt())?.error, patience).toBe('HTTP 503')
    expect(await lastAttempt()).toMatchObject({ delivered: false, status: 503, answer: 'down' })
    const receipt = await receiptNow()
    expect(receipt).toMatchObject({ state: 'waiting', attempts: 1 })
    expect(receipt?.dueAt).toBeGreaterThan(receipt?.queuedAt ?? Number.POSITIVE_INFINITY)
    status = 200
    expect(await json('push', 'replay', '--state', 'waiting')).toEqual({ replayed: 1 })
    await expect.poll(async () => (await receiptNow())?.state, patience).toBe('delivered')
  })

  it('keeps the rules about addresses when it pushes again', async () => {
    const before = pushes.length
    const inside = { queue: true, pushUrl: 'http://169.254.169.254/latest/meta-data' }
    await store.accounts.subscriptions.set(accountId, 'VoiceReport', inside)
    expect(await store.pushLog.replay(accountId, { callId })).toBe(1)
    await expect.poll(async () => (await lastAttempt())?.error, patience).toMatch(/not allowed/)
    expect(pushes).toHaveLength(before)
  })

  it('shows nothing of one account to another, and pushes none of it', async () => {
    const other = await store.accounts.create({ name: 'Other' })
    await store.accounts.subscriptions.set(other.accountId, 'VoiceReport', { queue: true, pushUrl: url })
    const { id } = (await receiptNow()) ?? { id: '' }
    const own = ['--account', other.accountId]
    expect(await json('push', 'list', ...own)).toEqual([])
    expect(await json('push', 'replay', id, ...own)).toEqual({ replayed: 0 })
    expect((await yuyin('push', 'show', id, ...own)).exitCode).toBe(2)
  })

  it.each([
    [['push', 'replay'], /Say what is to be pushed again/],
    [['push', 'log', '--since', 'yesterday', '--limit', '1'], /is no time/],
    [['push', 'list', '--limit', '0'], /--limit/],
  ])('%j says what is wrong', async (args, message) => {
    const { exitCode, stderr } = await yuyin(...args, '--account', accountId)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
  })
})
