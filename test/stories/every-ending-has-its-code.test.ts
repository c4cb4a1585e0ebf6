import { afterAll, beforeAll, describe, it } from 'vitest'
import { ReceiptPuller } from '../node/pull-receipts.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'

const bench = new NodeBench()
let node: ServedNode
let reports: ReceiptPuller

beforeAll(async () => {
  node = await bench.serve(await bench.folder(), { ringSeconds: '12' })
  reports = await ReceiptPuller.open(node.client, 'VoiceReport')
})
afterAll(() => bench.close())

describe('a virtual phone’s last four digits come back as the result code, in the record and in the receipt', () => {
  it.concurrent.for([
    ['0000', '200000', 'ANSWERED', true],
    ['4711', '200000', 'ANSWERED', true],
    ['0001', '200001', 'ANSWERED', true],
    ['0002', '200002', 'USER_BUSY', false],
    ['0003', '200003', 'NO_ANSWER', false],
    ['0004', '200004', 'INVALID_NUMBER', false],
    ['0005', '200005', 'UNAVAILABLE', false],
    ['0007', '200007', 'NO_USER_RESPONDING', false],
    ['0010', '200010', 'POWERED_OFF', false],
    ['0011', '200011', 'SUSPEND', false],
    ['0012', '200012', 'OPERATOR_BLOCK', false],
  ] as const)('…%s: %s %s', async ([digits, code, smartStatus, isAnswered], { expect }) => {
    const number = `1390000${digits}`
    const callId = await node.client.speakCode(number, { OutId: `end-${digits}` })
    const detail = await node.client.ended(callId)
    // The detail of a call without a verdict on the callee shows the network's own answer.
    expect(detail).toMatchObject({ callee: number, state: digits === '0005' ? '503' : code })
    expect(detail.duration > 0).toBe(isAnswered)
    expect(detail.startDate !== '').toBe(isAnswered)
    const [receipt] = await reports.until(callId, 1)
    expect(receipt).toMatchObject({
      call_id: callId,
      callee: number,
      status_code: code,
      smart_status_code: smartStatus,
      duration: String(detail.duration),
      out_id: `end-${digits}`,
    })
    expect(receipt?.['start_time'] !== undefined).toBe(isAnswered)
    expect(await node.client.phoneCalls(number)).toMatchObject([{ callId }])
  })
})
