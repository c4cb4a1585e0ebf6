import { expect, it } from 'vitest'
import { createTestGateway } from '../../../fakes/test-gateway.ts'

const action = 'QueryTokenForMnsQueue'

it('gives credentials with times in China', async () => {
  const { json } = await createTestGateway().ask(action, { MessageType: 'VoiceReport' })
  expect(json).toMatchObject({
    Code: 'OK',
    MessageTokenDTO: {
      AccessKeyId: 'STS.1000000001',
      AccessKeySecret: expect.any(String),
      SecurityToken: expect.any(String),
      CreateTime: '2024-01-02 11:04:05',
      ExpireTime: '2024-01-02 12:04:05',
    },
  })
})

it('takes the queue of the account and type, and no other', async () => {
  const gateway = createTestGateway()
  const asked = async (QueueName: string) => {
    return (await gateway.ask(action, { MessageType: 'VoiceReport', QueueName })).json['Code']
  }
  expect(await asked('Alicom-Queue-1000000001-VoiceReport')).toBe('OK')
  expect(await asked('Alicom-Queue-1000000002-VoiceReport')).toBe('InvalidQueueName')
  expect(await asked('Alicom-Queue-1000000001-VoiceCallReport')).toBe('InvalidQueueName')
})

it('refuses a message type that is none', async () => {
  const { status, json } = await createTestGateway().ask(action, { MessageType: 'SmsReport' })
  expect([status, json['Code']]).toEqual([400, 'InvalidMessageType'])
})
