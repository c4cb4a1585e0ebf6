import { expect, it } from 'vitest'
import { createTestGateway } from '../../../fakes/test-gateway.ts'
import type { CallRecord } from '../../records/call-record.ts'

const verification = 11010000138001

/** A gateway with one accepted call, and a way to ask for its detail. */
async function withCall() {
  const gateway = createTestGateway()
  const call = { CalledNumber: '13900000000', CalledShowNumber: '057128880000', TtsCode: 'TTS_10001' }
  const { json } = await gateway.ask('SingleCallByTts', { ...call, TtsParam: '{"code":"1"}' })
  const callId = String(json['CallId'])
  const acceptedAt = gateway.clock.now()
  const detail = async (change: Record<string, string | number> = {}) => {
    const query = { CallId: callId, ProdId: verification, QueryDate: acceptedAt, ...change }
    const { json } = await gateway.ask('QueryCallDetailByCallId', query)
    return { code: json['Code'], data: typeof json['Data'] === 'string' ? JSON.parse(json['Data']) : undefined }
  }
  const finish = (times: Partial<CallRecord>) => {
    gateway.ports.finish({
      callId,
      accountId: '1000000001',
      product: 'verification',
      calledNumber: '13900000000',
      showNumber: '057128880000',
      outId: '',
      outcome: 'heard',
      statusCode: '200000',
      state: '200000',
      acceptedAt,
      endedAt: acceptedAt + 12_000,
      durationSeconds: 0,
      hangUpBy: 'here',
      ...times,
    })
  }
  return { detail, finish, acceptedAt }
}

const alive = {
  caller: '057128880000',
  callee: '13900000000',
  callerShowNumber: '057128880000',
  calleeShowNumber: '057128880000',
  gmtCreate: '2024-01-02 11:04:05',
  startDate: '',
  endDate: '',
  duration: 0,
  state: '',
  stateDesc: '',
  aRingTime: '',
  aEndTime: '',
  bRingTime: '',
  bEndTime: '',
}

it('shows a call that is still alive with empty times', async () => {
  const { detail } = await withCall()
  expect(await detail()).toEqual({ code: 'OK', data: alive })
})

it('shows an answered call', async () => {
  const { detail, finish, acceptedAt } = await withCall()
  finish({ ringingAt: acceptedAt + 1000, answeredAt: acceptedAt + 3000, durationSeconds: 9 })
  expect((await detail()).data).toEqual({
    ...alive,
    startDate: '2024-01-02 11:04:08',
    endDate: '2024-01-02 11:04:17',
    duration: 9,
    state: '200000',
    stateDesc: '200000',
    bRingTime: '2024-01-02 11:04:06',
    bEndTime: '2024-01-02 11:04:08',
  })
})

it('shows a call that rang and was not answered', async () => {
  const { detail, finish, acceptedAt } = await withCall()
  finish({ ringingAt: acceptedAt + 1000, state: '200003', outcome: 'noAnswer' })
  expect((await detail()).data).toEqual({
    ...alive,
    state: '200003',
    stateDesc: '200003',
    bRingTime: '2024-01-02 11:04:06',
    bEndTime: '2024-01-02 11:04:17',
  })
})

it('shows both legs of a double call, found under its own product', async () => {
  const gateway = createTestGateway()
  const asked = { CallerNumber: '13900000000', CalledNumber: '13800000000', CallerShowNumber: '057128880000' }
  const CallId = String((await gateway.ask('ClickToDial', asked)).json['CallId'])
  const at = gateway.clock.now()
  const ProdId = 11000000300004
  const detail = async () => {
    const { json } = await gateway.ask('QueryCallDetailByCallId', { CallId, ProdId, QueryDate: at })
    return JSON.parse(String(json['Data']))
  }
  const numbers = {
    caller: '13900000000',
    callee: '13800000000',
    callerShowNumber: '057128880000',
    calleeShowNumber: '',
  }
  expect(await detail()).toMatchObject({ ...numbers, state: '', startDate: '', aRingTime: '', bRingTime: '' })
  gateway.ports.finish({
    ...{ callId: CallId, accountId: '1000000001', product: 'doubleCall', outId: '', acceptedAt: at },
    ...{ calledNumber: '13900000000', showNumber: '057128880000', outcome: 'connected', hangUpBy: 'caller' },
    ...{ statusCode: '200100', state: '200100', durationSeconds: 5 },
    ...{ ringingAt: at + 1000, answeredAt: at + 3000, endedAt: at + 12_000 },
    callee: {
      number: '13800000000',
      showNumber: '',
      ringingAt: at + 5000,
      answeredAt: at + 7000,
      endedAt: at + 12_000,
    },
  })
  expect(await detail()).toMatchObject({
    ...numbers,
    ...{ startDate: '2024-01-02 11:04:12', endDate: '2024-01-02 11:04:17', duration: 5, state: '200100' },
    ...{ aRingTime: '2024-01-02 11:04:06', aEndTime: '2024-01-02 11:04:08' },
    ...{ bRingTime: '2024-01-02 11:04:10', bEndTime: '2024-01-02 11:04:12' },
  })
})

it('takes any moment of the day in China, in milliseconds or seconds', async () => {
  const { detail } = await withCall()
  for (const day of ['2024-01-02T00:00:00+08:00', '2024-01-02T23:59:59+08:00']) {
    expect((await detail({ QueryDate: Date.parse(day) })).code).toBe('OK')
    expect((await detail({ QueryDate: Date.parse(day) / 1000 })).code).toBe('OK')
  }
})

it.each([
  ['another day', { QueryDate: Date.parse('2024-01-03T00:00:00+08:00') }, 'isv.BILLID_NOT_EXIST'],
  ['another product', { ProdId: 11000000300006 }, 'isv.BILLID_NOT_EXIST'],
  ['an unknown call', { CallId: '123456789012^123456789012' }, 'isv.BILLID_NOT_EXIST'],
  ['no CallId at all', { CallId: 'x' }, 'isv.BILLID_NOT_EXIST'],
  ['no date', { QueryDate: -1 }, 'isv.QUERY_DATE_ILLEGAL'],
  ['a date of no calendar', { QueryDate: 9e15 }, 'isv.QUERY_DATE_ILLEGAL'],
  ['text for a date', { QueryDate: '2024-01-02' }, 'InvalidQueryDate'],
])('refuses %s', async (_, change, code) => {
  const { detail } = await withCall()
  expect(await detail(change)).toEqual({ code, data: undefined })
})

it("does not show another account's call", async () => {
  const gateway = createTestGateway()
  const own = await gateway.ask('SingleCallByTts', {
    CalledNumber: '13900000000',
    TtsCode: 'TTS_10001',
    TtsParam: '{"code":"1"}',
  })
  gateway.ports.accounts.push({ accountId: '2', name: 'two', state: 'normal' })
  gateway.ports.accessKeys.push({ accessKeyId: 'other', accountId: '2', secret: 'otherSecret', enabled: true })
  const query = { CallId: String(own.json['CallId']), ProdId: verification, QueryDate: gateway.clock.now() }
  const keys = { accessKeyId: 'other', secret: 'otherSecret' }
  expect((await gateway.ask('QueryCallDetailByCallId', query, keys)).json['Code']).toBe('isv.BILLID_NOT_EXIST')
})
