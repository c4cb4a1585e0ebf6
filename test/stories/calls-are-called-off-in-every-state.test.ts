import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ReceiptPuller } from '../node/pull-receipts.ts'
import { printLogOnFailure, startTestNode, type TestNode } from '../node/start-test-node.ts'

/** So many that one double call fits, and a second one does not. */
const lines = 3
const listen = { listen: true }

let node: TestNode
let reports: ReceiptPuller
printLogOnFailure(() => node)

beforeAll(async () => {
  node = await startTestNode({ trunkChannels: String(lines) })
  reports = await ReceiptPuller.open(node.client, 'VoiceReport')
})
afterAll(() => node.close())

const cancel = (CallId: string) => node.call('CancelCall', { CallId })
const reportOf = async (callId: string) => (await reports.until(callId, 1))[0] ?? {}

/** Cancels a call and waits for its report. */
async function cancelled(callId: string) {
  expect(await cancel(callId)).toMatchObject({ Code: 'OK', Status: true })
  const report = await reportOf(callId)
  expect(await cancel(callId)).toMatchObject({ Code: 'OK', Status: true })
  return report
}

/** Two phones that talk. */
async function talking(caller: string, callee: string) {
  for (const number of [caller, callee]) await node.client.script(number, [{ answer: true }, listen])
  const callId = await node.client.connect(caller, callee)
  await node.client.phoneIs(callee, 'answered')
  return callId
}

const asCancel = { status_code: '200005', smart_status_code: 'CANCEL', status_msg: '呼叫已取消' }

describe('CancelCall', () => {
  it('gives up a phone that rings', async () => {
    const number = '13940000003'
    const callId = await node.client.playVoice(number)
    await node.client.phoneIs(number, 'ringing')
    expect(await cancelled(callId)).toMatchObject({ ...asCancel, duration: '0' })
    expect((await node.client.onlyPhoneCall(number)).end).toMatchObject({ by: 'caller', how: 'gaveUp' })
    expect(await node.detail(callId)).toMatchObject({ state: '200005', startDate: '' })
  })

  it('hangs up a phone that listens', async () => {
    const number = '13940000021'
    await node.client.script(number, [{ answer: true }, listen])
    const callId = await node.client.playVoice(number, { PlayTimes: 3 })
    await node.client.phoneIs(number, 'answered')
    const report = await cancelled(callId)
    expect(report).toMatchObject({ ...asCancel, hangup_direction: '机器' })
    expect(report).toHaveProperty('start_time')
    expect((await node.client.onlyPhoneCall(number)).end).toMatchObject({ by: 'caller', how: 'hungUp' })
  })

  it('gives up the caller of a double call, and rings no callee', async () => {
    const [caller, callee] = ['13940000013', '13840000021']
    await node.client.script(caller, [{ ring: true }])
    const callId = await node.client.connect(caller, callee)
    await node.client.phoneIs(caller, 'ringing')
    expect(await cancelled(callId)).toMatchObject(asCancel)
    expect(await node.client.phoneCalls(callee)).toEqual([])
  })

  it('hangs up the caller and gives up the callee while that one rings', async () => {
    const [caller, callee] = ['13940000022', '13840000003']
    await node.client.script(caller, [{ answer: true }, listen])
    const callId = await node.client.connect(caller, callee)
    await node.client.phoneIs(callee, 'ringing')
    expect(await cancelled(callId)).toMatchObject({ ...asCancel, a_duration: expect.any(Number), b_duration: 0 })
    expect((await node.client.onlyPhoneCall(callee)).end).toMatchObject({ by: 'caller', how: 'gaveUp' })
    expect((await node.client.onlyPhoneCall(caller)).end).toMatchObject({ by: 'caller', how: 'hungUp' })
  })

  it('hangs up both who talk, and before that one that waits for their lines: it never rings', async () => {
    const [caller, callee] = ['13940000023', '13840000023']
    const talk = await talking(caller, callee)
    const [waiter, nobody] = ['13940000024', '13840000024']
    const waiting = await node.client.connect(waiter, nobody)
    const report = await cancelled(waiting)
    expect(report).toMatchObject({ ...asCancel, caller: waiter, callee: nobody, duration: '0' })
    expect(report).not.toHaveProperty('originate_time')
    expect(await cancelled(talk)).toMatchObject({ status_code: '200100', smart_status_code: 'ANSWERED' })
    for (const number of [caller, callee]) {
      expect((await node.client.onlyPhoneCall(number)).end).toMatchObject({ by: 'caller', how: 'hungUp' })
    }
    expect(await node.client.phoneCalls(waiter)).toEqual([])
  })

  it('says 9996 of a call that has ended, and nothing of what it does not know', async () => {
    const number = '13940000002'
    const callId = await node.client.playVoice(number)
    await node.ended(callId)
    expect(await cancel(callId)).toMatchObject({ Code: '9996' })
    expect(await cancel('116012854210^102814279200')).toMatchObject({ Code: 'isv.BILLID_NOT_EXIST' })
    expect(await reportOf(callId)).toMatchObject({ status_code: '200002' })
  })

  it('leaves no line taken behind', async () => {
    const metrics = async () => (await fetch(`${node.client.http}/metrics`)).text()
    await vi.waitFor(async () => expect(await metrics()).toMatch(/^yuyin_calls_live 0$/m))
    expect(await metrics()).toMatch(/^yuyin_media_sessions 0$/m)
    const callId = await talking('13940000025', '13840000025')
    await cancelled(callId)
  })
})
