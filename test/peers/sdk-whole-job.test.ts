import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HeardReport } from '../../src/phones/heard-report.ts'
import type { PhoneCallRecord } from '../../src/phones/phone-call-record.ts'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import type { CallDetail } from '../node/node-client.ts'
import { type PulledReceipt, ReceiptPuller } from '../node/pull-receipts.ts'
import { type PushReceiver, startPushReceiver } from '../node/push-receiver.ts'
import { runYuyin } from '../node/run-yuyin.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'
import { type SdkClient, sdkClients } from './sdk-clients.ts'

const bench = new NodeBench()
const keys = { accessKeyId: devProfile.accessKeyId, accessKeySecret: devProfile.secret }
/** Each client rings a phone of its own, so that they can do so at once. */
const clients = sdkClients
  .filter(({ name }) => /^pop-core|^openapi-client, V3/.test(name))
  .map((client, index) => ({ ...client, number: `139000${index}0000` }))

let node: ServedNode
let receiver: PushReceiver
let reports: ReceiptPuller
let callReports: ReceiptPuller

beforeAll(async () => {
  receiver = await startPushReceiver()
  const data = await bench.folder()
  node = await bench.serve(data, { calleeLimits: 'off' })
  for (const type of ['VoiceReport', 'VoiceCallReport']) {
    const done = await runYuyin('subscription', 'set', type, '--push', receiver.url, '--data', data)
    expect(done).toMatchObject({ exitCode: 0, stdout: `${type}: queue and ${receiver.url}.\n` })
  }
  reports = await ReceiptPuller.open(node.client, 'VoiceReport')
  callReports = await ReceiptPuller.open(node.client, 'VoiceCallReport')
})

afterAll(async () => {
  await bench.close()
  await receiver.close()
})

/** Places the call and gathers all that became of it. */
async function wholeJob(client: SdkClient, number: string, PlayTimes: string) {
  const TtsParam = JSON.stringify({ code: '4825' })
  const outcome = await client.call(new URL(node.endpoints.http), keys, 'SingleCallByTts', {
    ...{ CalledNumber: number, CalledShowNumber: devProfile.number, PlayTimes, OutId: 'order-17' },
    ...{ TtsCode: devProfile.verificationTemplate, TtsParam },
  })
  expect(outcome).toMatchObject({ code: 'OK', callId: expect.stringMatching(/^\d{12}\^\d{12}$/) })
  const { callId } = outcome
  const detail = await node.client.ended(callId)
  const [report] = await reports.until(callId, 1)
  const states = await callReports.until(callId, 4)
  const pushed = await receiver.until(callId, 5)
  const heard = await node.client.heard(number)
  const call = (await node.client.phoneCalls(number)).find((one) => one.callId === callId)
  return { callId, detail, report, states, pushed, heard, call }
}

/** What the callee's phone tells of a call that was heard to the end. */
function expectHeard(call: PhoneCallRecord | undefined, { stretches, rtp }: HeardReport, rounds: number): void {
  expect(call).toMatchObject({ from: devProfile.number, end: { by: 'caller', how: 'hungUp' } })
  const states = call?.timeline.flatMap((entry) => (entry.kind === 'state' ? [entry.state] : []))
  expect(states).toEqual(expect.arrayContaining(['ringing', 'answered', 'ended']))
  const sounds = stretches.filter(({ kind }) => kind !== 'silence')
  // A sentence with four digits takes 3 to 8 s; the pauses between its words and rounds are silence.
  const span = (sounds.at(-1)?.toMs ?? 0) - (sounds[0]?.fromMs ?? 0)
  expect(span).toBeGreaterThan(rounds * 3_000)
  expect(span).toBeLessThan(rounds * 8_000 + 2_000)
  expect(rtp).toMatchObject({ packetsForeign: 0 })
}

/** The record, and what the receipts say of the same call. */
function expectRecord(detail: CallDetail, report: PulledReceipt | undefined, number: string): void {
  expect(detail).toMatchObject({ state: '200000', callee: number })
  expect(report).toMatchObject({
    ...{ status_code: '200000', smart_status_code: 'ANSWERED', status_msg: '用户听完语音', out_id: 'order-17' },
    ...{ callee: number, caller: devProfile.number, duration: String(detail.duration), hangup_direction: '机器' },
    ...{ start_time: detail.startDate, end_time: detail.endDate, ring_time: detail.bRingTime },
  })
}

describe('untouched clients of the public cloud place calls that ring, are heard, end and report', () => {
  it.concurrent.each(clients)('$name', async ({ number, ...client }) => {
    const { callId, detail, report, states, pushed, heard, call } = await wholeJob(client, number, '2')
    expectHeard(call, heard, 2)
    expectRecord(detail, report, number)
    expect(states.map((state) => state['status_code'])).toEqual(['200101', '200201', '200102', '200100'])
    expect(new Set(states.map((state) => state['out_id']))).toEqual(new Set(['order-17']))
    expect(pushed.filter((receipt) => receipt['status_msg'] !== undefined)).toEqual([report])
    const pushedStates = pushed.filter((receipt) => receipt['status_time'] !== undefined)
    expect(pushedStates).toHaveLength(4)
    expect(pushedStates).toEqual(expect.arrayContaining(states))
    // What was pulled was deleted: nothing of this call comes again.
    await Promise.all([reports.drain(), callReports.drain()])
    expect(reports.pulled.filter((receipt) => receipt['call_id'] === callId)).toHaveLength(1)
    expect(callReports.pulled.filter((receipt) => receipt['call_id'] === callId)).toHaveLength(4)
  })

  it.concurrent('as many rounds are heard as PlayTimes says', async () => {
    const [client] = clients
    if (client === undefined) throw new Error('there is no client')
    const [once, thrice] = await Promise.all([
      wholeJob(client, '13900110000', '1'),
      wholeJob(client, '13900130000', '3'),
    ])
    expect(thrice.heard.soundMs / once.heard.soundMs).toBeGreaterThan(2.8)
    expect(thrice.heard.soundMs / once.heard.soundMs).toBeLessThan(3.2)
  })
})
