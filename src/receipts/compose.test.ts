import { describe, expect, it } from 'vitest'
import type { CallRecord } from '../records/call-record.ts'
import { finalReceipts, voiceCallReport, voiceReport } from './compose.ts'

const start = Date.UTC(2024, 0, 2, 3, 4, 5)

const record: CallRecord = {
  callId: '116012354148^102813140000',
  accountId: '1000000001',
  product: 'verification',
  calledNumber: '13900000000',
  showNumber: '057128880000',
  outId: 'order-7',
  outcome: 'heard',
  statusCode: '200000',
  state: '200000',
  acceptedAt: start - 100,
  diallingAt: start,
  ringingAt: start + 1_000,
  answeredAt: start + 3_000,
  endedAt: start + 9_400,
  durationSeconds: 7,
  hangUpBy: 'here',
}

describe('voiceReport', () => {
  it('tells an answered call with every field as text', () => {
    expect(voiceReport(record)).toEqual({
      accountId: '1000000001',
      messageType: 'VoiceReport',
      callId: record.callId,
      body: {
        call_id: '116012354148^102813140000',
        originate_time: '2024-01-02 11:04:05',
        ring_time: '2024-01-02 11:04:06',
        start_time: '2024-01-02 11:04:08',
        end_time: '2024-01-02 11:04:14',
        duration: '7',
        caller: '057128880000',
        callee: '13900000000',
        status_code: '200000',
        smart_status_code: 'ANSWERED',
        status_msg: '用户听完语音',
        hangup_direction: '机器',
        out_id: 'order-7',
      },
    })
  })

  it('leaves out what never came to be', () => {
    const { ringingAt: _ring, answeredAt: _answer, diallingAt: _dial, ...never } = record
    const receipt = voiceReport({
      ...never,
      outcome: 'overConcurrency',
      statusCode: '200121',
      durationSeconds: 0,
      outId: '',
      showNumber: '',
    })
    expect(receipt.body).toEqual({
      call_id: record.callId,
      end_time: '2024-01-02 11:04:14',
      duration: '0',
      callee: '13900000000',
      status_code: '200121',
      smart_status_code: 'OTHER',
      status_msg: '超出并发限制',
    })
  })

  it('says that the person hung up', () => {
    const receipt = voiceReport({ ...record, outcome: 'hungUpEarly', statusCode: '200001', hangUpBy: 'callee' })
    expect(receipt.body).toMatchObject({ status_code: '200001', hangup_direction: '用户' })
  })
})

describe('voiceCallReport', () => {
  it.each([
    ['dialling', '200101'],
    ['ringing', '200201'],
    ['answered', '200102'],
  ] as const)('tells %s as %s', (state, code) => {
    expect(voiceCallReport(record, state, start)).toEqual({
      accountId: '1000000001',
      messageType: 'VoiceCallReport',
      callId: record.callId,
      body: { call_id: record.callId, status_code: code, status_time: '2024-01-02 11:04:05', out_id: 'order-7' },
    })
  })

  it('comes before the record when the call ended, with the smart status', () => {
    const { outId, ...rest } = record
    const [ended, report] = finalReceipts({ ...rest, outId: '', outcome: 'busy', statusCode: '200002' })
    expect(ended?.body).toEqual({
      call_id: record.callId,
      status_code: '200100',
      smart_status_code: 'USER_BUSY',
      status_time: '2024-01-02 11:04:14',
    })
    expect(report?.messageType).toBe('VoiceReport')
    expect(outId).toBe('order-7')
  })
})
