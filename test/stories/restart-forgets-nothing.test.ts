import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, CallDetail, NodeClient } from '../node/node-client.ts'
import { type PulledReceipt, ReceiptPuller } from '../node/pull-receipts.ts'
import { NodeBench } from '../node/served-node.ts'

const bench = new NodeBench()
const [speaking, waiting] = ['13922220019', '13922220018']

let client: NodeClient
let liveCall: string
let queuedCall: string
let refusedBefore: Answer
let exitCode: number | null
let live: CallDetail
let queued: CallDetail
let printedAtStart: string
let reports: readonly PulledReceipt[]

/** One line: a call speaks on it, another one waits, and the node is told to stop. Then it is served again. */
beforeAll(async () => {
  const data = await bench.folder()
  const before = await bench.serve(data, { trunkChannels: '1' })
  liveCall = await before.client.playVoice(speaking, { PlayTimes: 3 })
  await before.client.phoneIs(speaking, 'answered')
  queuedCall = await before.client.playVoice(waiting)
  refusedBefore = await voiceAgain(before.client)
  exitCode = await before.stop()

  const again = await bench.serve(data, { trunkChannels: '1' })
  client = again.client
  printedAtStart = again.printed()
  live = await client.ended(liveCall)
  queued = await client.ended(queuedCall)
  reports = await (await ReceiptPuller.open(client, 'VoiceReport')).drain()
}, 120_000)
afterAll(() => bench.close())

/** Calls the callee of the live call once more. */
function voiceAgain(of: NodeClient): Promise<Answer> {
  return of.call('SingleCallByVoice', { CalledNumber: speaking, VoiceCode: 'voice_10001.wav' })
}

describe('a node that is told to stop and served again', () => {
  it('lets the call on the line speak to its end before it leaves', async () => {
    expect(exitCode).toBe(0)
    expect(live).toMatchObject({ state: '200000' })
    expect((await client.onlyPhoneCall(speaking)).end).toMatchObject({ by: 'caller', how: 'hungUp' })
  })

  it('dials the call that was waiting, once', async () => {
    expect(queued).toMatchObject({ state: '200000' })
    expect(await client.onlyPhoneCall(waiting)).toMatchObject({ callId: queuedCall })
  })

  it('starts again without a word of the database', () => {
    expect(printedAtStart).not.toContain('database server')
  })

  it('has one receipt for each of them', () => {
    expect(reports.map((receipt) => receipt['call_id']).sort()).toEqual([liveCall, queuedCall].sort())
  })

  it('still refuses a callee that was called less than a minute ago', async () => {
    expect(refusedBefore).toMatchObject({ Code: 'isv.BUSINESS_LIMIT_CONTROL' })
    const after = await voiceAgain(client)
    expect(after.Code).toBe('isv.BUSINESS_LIMIT_CONTROL')
    expect(after.Message).toContain('the next call is allowed at')
    expect(after.Message).toContain('YUYIN_CALLEE_LIMITS=off')
    expect(await client.phoneCalls(speaking)).toHaveLength(1)
  })
})
