import { describe, expect, it } from 'vitest'
import { sampleCall } from '../../../fakes/sample-call.ts'
import { createTestGateway } from '../../../fakes/test-gateway.ts'
import type { CallRecord } from '../../records/call-record.ts'

/** A gateway with one accepted call. */
async function withCall() {
  const gateway = createTestGateway()
  const asked = { CalledNumber: '13900000000', VoiceCode: 'hello.wav' }
  const CallId = String((await gateway.ask('SingleCallByVoice', asked)).json['CallId'])
  const finish = (changes: Partial<CallRecord> = {}) =>
    gateway.ports.finish({
      callId: CallId,
      ...{ accountId: '1000000001', product: 'notification', calledNumber: '13900000000', showNumber: '', outId: '' },
      ...{ outcome: 'heard', statusCode: '200000', state: '200000', acceptedAt: 0, endedAt: 0 },
      ...{ durationSeconds: 0, hangUpBy: 'here' },
      ...changes,
    })
  return { gateway, CallId, finish, cancel: (id = CallId) => gateway.ask('CancelCall', { CallId: id }) }
}

describe('CancelCall', () => {
  it('calls the call off, and says the same when it is asked again', async () => {
    const { gateway, CallId, cancel, finish } = await withCall()
    for (let times = 0; times < 2; times++) {
      expect((await cancel()).json).toMatchObject({ Code: 'OK', Status: true })
    }
    expect([...gateway.ports.calledOff]).toEqual([CallId])
    finish({ outcome: 'cancelled', statusCode: '200005' })
    expect((await cancel()).json).toMatchObject({ Code: 'OK', Status: true })
  })

  it('9996 for a call that had ended', async () => {
    const { cancel, finish } = await withCall()
    finish()
    const { status, json } = await cancel()
    expect([status, json['Code']]).toEqual([200, '9996'])
    expect(json).not.toHaveProperty('Status')
  })

  it('isv.BILLID_NOT_EXIST alike for what is no CallId, what is none of ours, and what is another account’s', async () => {
    const { gateway, cancel } = await withCall()
    const foreign = '111111111111^222222222222'
    const call = sampleCall({ callId: foreign, accountId: '2' })
    gateway.ports.accepted.push({ call, guard: { accessKeyId: 'other', nonce: 'n', frequency: undefined } })
    const answers = await Promise.all(['nonsense', '116012854210^102814279200', foreign].map((id) => cancel(id)))
    const messages = new Set(answers.map(({ json }) => `${json['Code']} ${json['Message']}`))
    expect(messages.size).toBe(1)
    expect([...messages][0]).toMatch(/^isv.BILLID_NOT_EXIST /)
    expect(gateway.ports.calledOff.size).toBe(0)
  })

  it('MissingCallId without one', async () => {
    const { gateway } = await withCall()
    expect((await gateway.ask('CancelCall', {})).json['Code']).toBe('MissingCallId')
  })
})
