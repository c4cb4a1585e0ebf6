import { createRequire } from 'node:module'
import type Mns from '@alicloud/mns'
import { describe, expect, it } from 'vitest'
import { queueName } from '../../src/domain/receipt/receipt.ts'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import type { ConformanceBench } from './conformance-bench.ts'
import { handlesIn, type MnsOperation, mnsClients, mnsOperations, mnsOutcome } from './mns-clients.ts'
import { tabledSteps } from './tabled-steps.ts'

const require = createRequire(import.meta.url)
const SmsClient: typeof import('@alicloud/sms-sdk').default = require('@alicloud/sms-sdk')

const { accountId } = devProfile

/** Every queue client against every operation of the queue protocol, and the published receipt puller. */
export function mnsSuite(bench: () => ConformanceBench): void {
  const begin = tabledSteps('Queues', bench)

  const keysOf = (accessKeySecret = bench().keys.accessKeySecret) => ({ ...bench().keys, accountId, accessKeySecret })

  describe.each(mnsClients)('$name', ({ name, open }) => {
    const own = `conformance-${name.replace(/\W/g, '')}`
    let handles: readonly string[] = []
    const ask = (operation: MnsOperation, given: readonly string[], queue = own, secret?: string) =>
      mnsOutcome(open(bench().originOf(name), keysOf(secret), queue).ask[operation](given))

    it.each(mnsOperations)('%s', async (operation) => {
      begin({ client: name, what: operation, mark: '✓' })
      const { code, read } = await ask(operation, handles)
      expect(code).toBe('OK')
      const found = read === undefined ? [] : handlesIn(read)
      if (found.length > 0) handles = found
      if (operation === 'BatchReceiveMessage') expect(found).toHaveLength(2)
    })

    it.each([
      ['unknown queue', 'ReceiveMessage', 'QueueNotExist', 'nowhere'],
      ['unknown handle', 'DeleteMessage', 'ReceiptHandleError', queueName(accountId, 'VoiceReport')],
    ] as const)('%s', async (what, operation, code, queue) => {
      begin({ client: name, what, mark: '–' })
      expect((await ask(operation, ['1-bm90aGluZw=='], queue)).code).toBe(code)
    })

    it('empty queue', async () => {
      begin({ client: name, what: 'empty queue', mark: '–' })
      expect((await ask('CreateQueue', [], `${own}-empty`)).code).toBe('OK')
      expect((await ask('ReceiveMessage', [], `${own}-empty`)).code).toBe('MessageNotExist')
    })

    it('wrong secret', async () => {
      begin({ client: name, what: 'wrong secret', mark: '–' })
      expect((await ask('ReceiveMessage', [], own, 'wrong')).code).toBe('SignatureDoesNotMatch')
    })

    it('a receipt is pulled and deleted', async () => {
      begin({ client: name, what: 'receipt', mark: '✓' })
      const callId = await bench().node.client.playVoice('13900000002')
      await bench().node.ended(callId)
      const queue = queueName(accountId, 'VoiceReport')
      const { code, read } = await ask('BatchReceiveMessage', [], queue)
      expect(code).toBe('OK')
      expect((await ask('BatchDeleteMessage', handlesIn(read), queue)).code).toBe('OK')
    })
  })

  describe('sms-sdk', () => {
    const puller = () => {
      const { accessKeyId, accessKeySecret: secretAccessKey } = bench().keys
      const endpoint = bench().originOf('sms-sdk').origin
      return new SmsClient({ accessKeyId, secretAccessKey, baseApiEndpoint: endpoint, mnsVpc: { endpoint } })
    }

    // The puller asks for receipts of text messages, whatever its caller wants; this service has none.
    it('reads that receipts of text messages are not kept here', async () => {
      begin({ client: 'sms-sdk', what: 'receipt', mark: '–' })
      await expect(puller().receiveMsg(0, 'Alicom-Queue-1000000001-', 1)).rejects.toMatchObject({
        data: { Code: 'InvalidMessageType' },
      })
    })

    it('gets the token of a voice queue, and pulls and deletes with the queue client it brings', async () => {
      begin({ client: 'sms-sdk', what: 'receipt by its parts', mark: '✓' })
      const callId = await bench().node.client.playVoice('13900000002')
      await bench().node.ended(callId)
      const answer = await puller().dybaseClient.queryTokenForMnsQueue({ MessageType: 'VoiceReport' })
      const { AccessKeyId, AccessKeySecret, SecurityToken } = Object(answer['MessageTokenDTO'])
      const own: typeof Mns = require(
        require.resolve('@alicloud/mns', { paths: [require.resolve('@alicloud/sms-sdk')] }),
      )
      const token = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken }
      const queues = new own('1943695596114318', { ...token, endpoint: bench().originOf('sms-sdk').origin })
      const queue = queueName(accountId, 'VoiceReport')
      const { body } = await queues.receiveMessage(queue, 10)
      expect(JSON.parse(Buffer.from(body.MessageBody, 'base64').toString())).toMatchObject({
        status_code: '200002',
        call_id: expect.any(String),
      })
      expect((await queues.deleteMessage(queue, body.ReceiptHandle)).code).toBe(204)
    })
  })
}
