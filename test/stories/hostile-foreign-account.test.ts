import Mns from '@alicloud/mns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { productIds } from '../../src/domain/call/call.ts'
import { queueName } from '../../src/domain/receipt/receipt.ts'
import { catalogue } from '../../src/operations/catalogue.ts'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { type MnsQueue, mnsClients, mnsOperations, mnsOutcome } from '../conformance/mns-clients.ts'
import { NodeClient } from '../node/node-client.ts'
import { printLogOnFailure, startTestNode, type TestNode } from '../node/start-test-node.ts'

const owner = devProfile.accountId
const strangersNumber = '057199990000'
const receipts = queueName(owner, 'VoiceReport')
let node: TestNode
/** A program of another account, with a key of its own. */
let stranger: NodeClient
let strangerId: string
let keys: { accessKeyId: string; accessKeySecret: string }
let callId: string
/** Of a phone that still rings. */
let ringingId: string

printLogOnFailure(() => node)

beforeAll(async () => {
  node = await startTestNode()
  const { accountId } = await node.admin.create({ name: 'stranger' })
  strangerId = accountId
  const { accessKeyId, secret } = await node.admin.keys.create(accountId)
  await node.admin.numbers.add(accountId, strangersNumber)
  keys = { accessKeyId, accessKeySecret: secret }
  stranger = new NodeClient(node.endpoints.http, accessKeyId, secret)
  callId = await node.client.playVoice('13900000002')
  await node.ended(callId)
  ringingId = await node.client.playVoice('13900000003')
  await node.client.phoneIs('13900000003', 'ringing')
})
afterAll(() => node?.close())

describe("with another account's ids, an account gets nothing out of any operation", () => {
  /** Per built operation: what a stranger would try, and the refusal. A built operation without a line fails. */
  const attempts: Readonly<Record<string, () => [parameters: object, code: string][]>> = {
    SingleCallByTts: () => {
      const TtsParam = '{"code":"1234"}'
      const call = { CalledNumber: '13900000002', TtsCode: devProfile.verificationTemplate, TtsParam }
      return [
        [call, 'isv.TEMPLATE_ILLEGAL'],
        [{ ...call, CalledShowNumber: devProfile.number }, 'isv.DISPLAY_NUMBER_ILLEGAL'],
      ]
    },
    SingleCallByVoice: () => {
      const call = { CalledNumber: '13900000002', VoiceCode: devProfile.voice }
      return [
        [call, 'isv.VOICE_FILE_ILLEGAL'],
        [{ ...call, CalledShowNumber: devProfile.number }, 'isv.DISPLAY_NUMBER_ILLEGAL'],
      ]
    },
    IvrCall: () => {
      const call = { CalledNumber: '13900000002', CalledShowNumber: strangersNumber, StartCode: devProfile.voice }
      return [
        [call, 'isv.VOICE_FILE_ILLEGAL'],
        [{ ...call, CalledShowNumber: devProfile.number }, 'isv.DISPLAY_NUMBER_ILLEGAL'],
      ]
    },
    ClickToDial: () => {
      const call = { CallerNumber: '13900000002', CalledNumber: '13800000002' }
      return [
        [{ ...call, CallerShowNumber: devProfile.number }, 'isv.DISPLAY_NUMBER_ILLEGAL'],
        [{ ...call, CalledShowNumber: devProfile.number }, 'isv.DISPLAY_NUMBER_ILLEGAL'],
      ]
    },
    CancelCall: () => [
      [{ CallId: ringingId }, 'isv.BILLID_NOT_EXIST'],
      [{ CallId: callId }, 'isv.BILLID_NOT_EXIST'],
    ],
    QueryCallDetailByCallId: () =>
      Object.values(productIds).map((ProdId) => [
        { CallId: callId, ProdId, QueryDate: Date.now() },
        'isv.BILLID_NOT_EXIST',
      ]),
    QueryTokenForMnsQueue: () => [[{ MessageType: 'VoiceReport', QueueName: receipts }, 'InvalidQueueName']],
  }

  it.each(catalogue.map(({ name, prepare }) => ({ name, isBuilt: prepare !== undefined })))(
    '$name',
    async ({ name, isBuilt }) => {
      if (!isBuilt) return expect((await stranger.call(name, {})).Code).toBe('UnsupportedOperation')
      const tried = attempts[name]?.() ?? []
      if (tried.length === 0) throw new Error(`say what a stranger would try with ${name}`)
      for (const [parameters, code] of tried) {
        const answer = await stranger.call(name, { ...parameters, OwnerId: owner, ResourceOwnerId: owner })
        expect(Object.keys(answer).filter((key) => /^(?:CallId|Data|MessageTokenDTO)$/.test(key))).toEqual([])
        expect(answer.Code).toBe(code)
      }
    },
  )

  it('and a call that it would have cancelled goes on, until its owner cancels it', async () => {
    await node.client.phoneIs('13900000003', 'ringing')
    expect((await node.client.call('CancelCall', { CallId: ringingId })).Code).toBe('OK')
  })

  it('a temporary key of one account does not go with the token of another', async () => {
    const expiresAt = Date.now() + 60_000
    const own = node.temporaryKeys.issueKey({ accountId: strangerId, expiresAt })
    const { securityToken } = node.temporaryKeys.issueKey({ accountId: owner, expiresAt })
    const client = new NodeClient(node.endpoints.http, own.accessKeyId, own.secret)
    const asked = { MessageType: 'VoiceReport', SecurityToken: securityToken }
    expect((await client.call('QueryTokenForMnsQueue', asked)).Code).toBe('InvalidSecurityToken.MismatchWithAccessKey')
  })
})

describe("an account sees, takes and changes nothing of another's queues", () => {
  const jobs = 'jobs-of-the-owner'
  let handle = ''

  const ownersQueue = (queue: string): MnsQueue => open(owner, ownKeys, queue)
  const ownKeys = { accessKeyId: devProfile.accessKeyId, accessKeySecret: devProfile.secret }
  const open = (accountId: string, opened: typeof keys, queue: string): MnsQueue => {
    const [client] = mnsClients
    if (client === undefined) throw new Error('there is no client')
    return client.open(new URL(node.endpoints.http), { accountId, ...opened }, queue)
  }

  beforeAll(async () => {
    await ownersQueue(jobs).ask.CreateQueue([])
    await ownersQueue(jobs).ask.SendMessage([])
    const { body } = await new Mns(owner, { ...ownKeys, endpoint: node.endpoints.http }).receiveMessage(receipts, 10)
    handle = body.ReceiptHandle
  })

  it.each(
    mnsOperations
      .filter((operation) => operation !== 'CreateQueue' && operation !== 'ListQueue')
      .flatMap((operation) => [[operation, receipts] as const, [operation, jobs] as const]),
  )('%s on %s: there is no such queue', async (operation, queue) => {
    for (const accountId of [owner, strangerId]) {
      const { code, read } = await mnsOutcome(open(accountId, keys, queue).ask[operation]([handle]))
      expect([code, code === 'OK' ? read : '']).toEqual(['QueueNotExist', ''])
    }
  })

  it('ListQueue names none of them', async () => {
    const { code, read } = await mnsOutcome(open(owner, keys, '').ask.ListQueue([]))
    expect(code).toBe('OK')
    expect(JSON.stringify(read ?? '')).not.toMatch(/jobs-of-the-owner|1000000001/)
  })

  it('CreateQueue: no receipt queue can be made, and a queue of the same name is another queue', async () => {
    expect((await mnsOutcome(open(owner, keys, receipts).ask.CreateQueue([]))).code).not.toBe('OK')
    expect((await mnsOutcome(open(owner, keys, jobs).ask.CreateQueue([]))).code).toBe('OK')
    expect((await mnsOutcome(open(owner, keys, jobs).ask.ReceiveMessage([]))).code).toBe('MessageNotExist')
    expect((await mnsOutcome(open(owner, keys, jobs).ask.DeleteQueue([]))).code).toBe('OK')
  })

  it('its own token for receipts opens none of them', async () => {
    const answer = await stranger.call('QueryTokenForMnsQueue', { MessageType: 'VoiceReport' })
    const { AccessKeyId, AccessKeySecret, SecurityToken } = Object(answer['MessageTokenDTO'])
    const credentials = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken }
    const client = new Mns(owner, { ...credentials, endpoint: node.endpoints.http })
    for (const queue of [receipts, jobs]) {
      await expect(client.receiveMessage(queue, 1)).rejects.toMatchObject({ name: 'MNSQueueNotExistError' })
      await expect(client.deleteMessage(queue, handle)).rejects.toMatchObject({ name: 'MNSQueueNotExistError' })
    }
  })

  it('after all this the owner finds everything as it was', async () => {
    expect((await mnsOutcome(ownersQueue(receipts).ask.DeleteMessage([handle]))).code).toBe('OK')
    const { code, read } = await mnsOutcome(ownersQueue(jobs).ask.ReceiveMessage([]))
    expect([code, JSON.stringify(read)]).toEqual(['OK', expect.stringContaining('5L2g5aW9')])
  })
})
