import { describe, expect, it } from 'vitest'
import type { CallRecord } from '../records/call-record.ts'
import { voiceCallReport } from './compose/voice-call-report.ts'
import { voiceRecordReport } from './compose/voice-record-report.ts'
import { voiceReport } from './compose/voice-report.ts'
import { voiceRtAsrReport } from './compose/voice-rtasr-report.ts'
import { finalReceipts } from './compose.ts'

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

  const callee = {
    number: '13800000000',
    showNumber: '057128880002',
    diallingAt: start + 3_000,
    ringingAt: start + 4_000,
    answeredAt: start + 5_000,
    endedAt: start + 9_000,
  }
  const double = { ...record, outcome: 'connected', statusCode: '200100', durationSeconds: 5, callee } as const

  it('tells of a double call with both legs, whose durations are numbers', () => {
    expect(voiceReport({ ...double, hangUpBy: 'caller' }).body).toEqual({
      call_id: record.callId,
      originate_time: '2024-01-02 11:04:05',
      ring_time: '2024-01-02 11:04:09',
      start_time: '2024-01-02 11:04:10',
      end_time: '2024-01-02 11:04:14',
      duration: '5',
      caller: '13900000000',
      callee: '13800000000',
      status_code: '200100',
      smart_status_code: 'ANSWERED',
      status_msg: '通话结束',
      hangup_direction: 'aleg',
      out_id: 'order-7',
      a_originate_time: '2024-01-02 11:04:05',
      a_ring_time: '2024-01-02 11:04:06',
      a_start_time: '2024-01-02 11:04:08',
      a_end_time: '2024-01-02 11:04:14',
      a_duration: 7,
      b_originate_time: '2024-01-02 11:04:08',
      b_ring_time: '2024-01-02 11:04:09',
      b_start_time: '2024-01-02 11:04:10',
      b_end_time: '2024-01-02 11:04:14',
      b_duration: 4,
      caller_show_num: '057128880000',
      callee_show_num: '057128880002',
    })
  })

  it('tells nothing of a leg that was not dialled, and that the callee of a double call hung up', () => {
    const { number, showNumber } = callee
    const { answeredAt: _answer, ...unanswered } = double
    const refused = { outcome: 'busy', statusCode: '200002', durationSeconds: 0 } as const
    const { body } = voiceReport({ ...unanswered, ...refused, callee: { number, showNumber } })
    expect(Object.keys(body).filter((key) => key.startsWith('b_'))).toEqual([])
    expect(body).toMatchObject({ caller: '13900000000', callee: '13800000000', a_duration: 0, duration: '0' })
    expect(voiceReport({ ...double, hangUpBy: 'callee' }).body).toMatchObject({ hangup_direction: 'bleg' })
  })

  it('says that nobody hung up when the line was lost', () => {
    const { body } = voiceReport({ ...record, outcome: 'lineLost', statusCode: '200005', hangUpBy: 'network' })
    expect(body).toMatchObject({ status_code: '200005', smart_status_code: 'UNAVAILABLE', status_msg: '通话中断' })
    expect(body).not.toHaveProperty('hangup_direction')
  })

  it('tells of a menu, an announcement and a smart call what there is to tell', () => {
    const details = {
      voiceType: 'smart_transfer',
      tollType: 'DOMESTIC',
    } as const
    const smart = { dialogId: '77', extend: '{"a":1}', parallelLegHangUpCause: 'NORMAL_CLEARING' }
    expect(
      voiceReport({ ...record, keys: '12#', earlyMediaCode: '200010' }, { ...details, ...smart }).body,
    ).toMatchObject({
      dtmf: '12#',
      early_media_code: '200010',
      voice_type: 'smart_transfer',
      toll_type: 'DOMESTIC',
      dialog_id: '77',
      extend: '{"a":1}',
      parallel_leg_hangup_cause: 'NORMAL_CLEARING',
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
    ['calleeRinging', '200202'],
    ['bothConnected', '200103'],
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

  it('tells the keys that were pressed, and more of an inbound call', () => {
    expect(voiceCallReport(record, 'keyPressed', start, { keys: '1' }).body).toEqual({
      call_id: record.callId,
      status_code: '300000',
      status_time: '2024-01-02 11:04:05',
      out_id: 'order-7',
      dtmf: '1',
    })
    const inbound = { bizId: 'b', extend: 'e', smartStatus: 'ANSWERED' } as const
    expect(voiceCallReport(record, 'answered', start, inbound).body).toMatchObject({
      biz_id: 'b',
      extend: 'e',
      smart_status_code: 'ANSWERED',
    })
  })
})

describe('voiceRecordReport', () => {
  const recording = {
    startedAt: start,
    endedAt: start + 9_000,
    durationSeconds: 9,
    statusCode: '200000',
    url: 'https://files.test/r.wav?x=1',
  }

  it('tells where the recording is; the duration is a number', () => {
    expect(voiceRecordReport(record, { ...recording, smartStatus: 'ANSWERED', recordBeganAt: start + 1_000 })).toEqual({
      accountId: '1000000001',
      messageType: 'VoiceRecordReport',
      callId: record.callId,
      body: {
        call_id: record.callId,
        start_time: '2024-01-02 11:04:05',
        end_time: '2024-01-02 11:04:14',
        duration: 9,
        status_code: '200000',
        smart_status_code: 'ANSWERED',
        record_file: 'https://files.test/r.wav?x=1',
        out_id: 'order-7',
        record_begin_time: '2024-01-02 11:04:06',
      },
    })
  })

  it('leaves out what a plain call does not have', () => {
    const body = voiceRecordReport({ ...record, outId: '' }, recording).body
    expect(Object.keys(body)).toEqual(['call_id', 'start_time', 'end_time', 'duration', 'status_code', 'record_file'])
  })
})

describe('voiceRtAsrReport', () => {
  it('tells who said what, and when; offsets are numbers', () => {
    const said = { role: 'B', identity: '13900000000', words: '好的', beginOffsetMs: 0, endOffsetMs: 900 } as const
    expect(voiceRtAsrReport(record, { ...said, callBeganAt: start })).toEqual({
      accountId: '1000000001',
      messageType: 'VoiceRTASRReport',
      callId: record.callId,
      body: {
        call_id: record.callId,
        out_id: 'order-7',
        role: 'B',
        identity: '13900000000',
        words: '好的',
        begin_offset: 0,
        end_offset: 900,
        begin_time: '2024-01-02 11:04:05',
      },
    })
  })
})
