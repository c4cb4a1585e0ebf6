import { afterAll, beforeAll, describe, it } from 'vitest'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import { makeTone } from '../../src/media/tone/make-tone.ts'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { melody } from '../node/melody.ts'
import { type PulledReceipt, ReceiptPuller } from '../node/pull-receipts.ts'
import { printLogOnFailure, startTestNode, type TestNode } from '../node/start-test-node.ts'

/** What the two say to each other, and what a network plays before the answer: notes that are told apart. */
const notes = { caller: 620, callee: 1150, network: 900 } as const
const ringbackHz = 450
const notesHz = [...Object.values(notes), ringbackHz]
const other = '057128880002'
const listen = { listen: true }

let node: TestNode
let reports: ReceiptPuller
let callReports: ReceiptPuller
printLogOnFailure(() => node)

beforeAll(async () => {
  node = await startTestNode({ ringSeconds: '8' })
  for (const [name, hz] of Object.entries(notes)) {
    await node.client.phoneAudio(`${name}.wav`, writeWav(makeTone([hz], 600)))
  }
  await node.admin.numbers.add(devProfile.accountId, other)
  reports = await ReceiptPuller.open(node.client, 'VoiceReport')
  callReports = await ReceiptPuller.open(node.client, 'VoiceCallReport')
})
afterAll(() => node.close())

/** Connects two phones that behave as told. @returns what the receipts say */
async function connect(caller: Phone, callee: Phone, parameters: object = {}) {
  for (const { number, steps } of [caller, callee]) if (steps !== undefined) await node.client.script(number, steps)
  const callId = await node.client.connect(caller.number, callee.number, { CalledShowNumber: other, ...parameters })
  const [report] = await reports.until(callId, 1)
  await callReports.drain()
  const states = callReports.pulled.filter((receipt) => receipt['call_id'] === callId)
  return { callId, report: report ?? {}, codes: states.map(({ status_code: code }) => code) }
}

interface Phone {
  readonly number: string
  /** Absent: the number's own ending. */
  readonly steps?: readonly object[]
}

/** What a phone heard in its only call, once that is over. */
async function heard(number: string) {
  await node.client.onlyPhoneCall(number)
  return node.client.heard(number)
}
/** The notes it heard, in order; a loaded machine may cut one in two. */
async function heardBy(number: string): Promise<number[]> {
  const played = melody((await heard(number)).tones, notesHz)
  return played.filter((note, index) => note !== played[index - 1])
}
const secondsBetween = (report: PulledReceipt, from: string, to: string) =>
  (Date.parse(report[to] ?? '') - Date.parse(report[from] ?? '')) / 1000

describe('ClickToDial', () => {
  // The longest first: only a few run beside each other.
  it.concurrent('lets the caller hear that the callee’s phone is off', async ({ expect }) => {
    const [caller, callee] = ['13910000024', '13810000010']
    const { report } = await connect({ number: caller, steps: [{ answer: true }, listen] }, { number: callee })
    expect(report).toMatchObject({ status_code: '200010', smart_status_code: 'POWERED_OFF' })
    const stretches = (await heard(caller)).stretches.map(({ kind }) => kind)
    expect(stretches).toContain('tone')
  })

  it.concurrent.for([
    ['busy', '13910000002', '200002'],
    ['who does not answer', '13910000003', '200003'],
    ['refused by the network', '13910000012', '200104'],
  ] as const)('rings no callee for a caller %s', async ([, caller, code], { expect }) => {
    const callee = `138300${caller.slice(-5)}`
    const { report, codes } = await connect({ number: caller }, { number: callee })
    expect(report).toMatchObject({ status_code: code, caller, callee })
    expect(codes.at(-1)).toBe('200100')
    expect(await node.client.phoneCalls(callee)).toEqual([])
  })

  it.concurrent('lets two phones hear each other, hides their numbers, and tells of both', async ({ expect }) => {
    const [caller, callee] = ['13910000021', '13810000021']
    const { callId, report, codes } = await connect(
      { number: caller, steps: [{ ring: 1 }, { answer: true }, { wait: 3.2 }, { play: 'caller.wav' }, listen] },
      {
        number: callee,
        steps: [{ ring: 2 }, { answer: true }, { wait: 0.3 }, { play: 'callee.wav' }, { wait: 2.2 }, { hangup: true }],
      },
      { OutId: 'order-7' },
    )
    expect(codes).toEqual(['200101', '200201', '200102', '200202', '200103', '200100'])
    expect(report).toMatchObject({
      ...{ caller, callee, out_id: 'order-7', caller_show_num: devProfile.number, callee_show_num: other },
      ...{ status_code: '200100', smart_status_code: 'ANSWERED', hangup_direction: 'bleg' },
    })
    expect(secondsBetween(report, 'a_start_time', 'b_start_time')).toBeGreaterThanOrEqual(1)
    expect(secondsBetween(report, 'b_originate_time', 'a_start_time')).toBeLessThanOrEqual(1)
    for (const leg of ['a', 'b']) {
      for (const time of ['originate', 'ring', 'start', 'end']) expect(report).toHaveProperty(`${leg}_${time}_time`)
    }
    const phones = await Promise.all([caller, callee].map((number) => node.client.onlyPhoneCall(number)))
    expect(phones.map(({ from }) => from)).toEqual([devProfile.number, other])
    expect(phones.map(({ callId: id }) => id)).toEqual([callId, callId])
    expect(await heardBy(caller)).toEqual([ringbackHz, notes.callee])
    expect(await heardBy(callee)).toEqual([notes.caller])
    const detail = await node.detail(callId)
    expect(detail).toMatchObject({ caller, callee, state: '200100', duration: Number(report['duration']) })
    expect([detail.aRingTime, detail.bRingTime]).not.toContain('')
  })

  it.concurrent('ends the callee’s call when the caller hangs up', async ({ expect }) => {
    const [caller, callee] = ['13910000022', '13810000022']
    const { report } = await connect(
      { number: caller, steps: [{ answer: true }, { wait: 2 }, { hangup: true }] },
      { number: callee, steps: [{ answer: true }, listen] },
    )
    expect(report).toMatchObject({ status_code: '200100', hangup_direction: 'aleg' })
    expect((await node.client.onlyPhoneCall(callee)).end).toMatchObject({ by: 'caller', how: 'hungUp' })
  })

  it.concurrent('gives the callee up when the caller does not wait for it', async ({ expect }) => {
    const [caller, callee] = ['13910000023', '13820000003']
    const { report, codes } = await connect(
      { number: caller, steps: [{ answer: true }, { wait: 1 }, { hangup: true }] },
      { number: callee },
    )
    expect(codes).toEqual(['200101', '200102', '200202', '200100'])
    expect(report).toMatchObject({ status_code: '200100', smart_status_code: 'CANCEL', hangup_direction: 'aleg' })
    expect(report).not.toHaveProperty('b_start_time')
    expect((await node.client.onlyPhoneCall(callee)).end).toMatchObject({ by: 'caller', how: 'gaveUp' })
  })

  it.concurrent.for([
    ['busy', '13810000002', '200112', 'USER_BUSY'],
    ['out of coverage', '13810000007', '200120', 'NO_USER_RESPONDING'],
    ['refused by the network', '13810000012', '200105', 'OPERATOR_BLOCK'],
  ] as const)('tells of a callee %s, and plays the caller a tone', async ([, callee, code, smart], { expect }) => {
    const caller = `139200${callee.slice(-5)}`
    const { report } = await connect({ number: caller, steps: [{ answer: true }, listen] }, { number: callee })
    expect(report).toMatchObject({ status_code: code, smart_status_code: smart, duration: '0' })
    const tones = (await heard(caller)).tones.filter(({ frequencyHz }) => Math.abs(frequencyHz - 450) < 10)
    expect(tones.length).toBeGreaterThan(1)
    expect((await node.client.onlyPhoneCall(caller)).end).toMatchObject({ by: 'caller', how: 'hungUp' })
  })

  it.concurrent('tells of a callee who does not answer', async ({ expect }) => {
    const [caller, callee] = ['13910000027', '13810000027']
    const { report, codes } = await connect(
      { number: caller, steps: [{ answer: true }, listen] },
      { number: callee, steps: [{ ring: 1 }, { reject: 480, cause: 19 }] },
    )
    expect(report).toMatchObject({ status_code: '200113', smart_status_code: 'NO_ANSWER', duration: '0' })
    expect(codes).toEqual(['200101', '200102', '200202', '200100'])
    expect((await heardBy(caller))[0]).toBe(ringbackHz)
  })

  it.concurrent('connects the caller with what the network plays, and goes on with it', async ({ expect }) => {
    const [caller, callee] = ['13910000025', '13810000025']
    const steps = [
      { earlyMedia: 'network.wav' },
      { answer: true },
      { play: 'callee.wav' },
      { wait: 0.3 },
      { hangup: true },
    ]
    const { report } = await connect({ number: caller, steps: [{ answer: true }, listen] }, { number: callee, steps })
    expect(report).toMatchObject({ status_code: '200100' })
    expect(await heardBy(caller)).toEqual([notes.network, notes.callee])
  })

  it.concurrent('ends a talk at its SessionTimeout, and passes keys on', async ({ expect }) => {
    const [caller, callee] = ['13910000026', '13810000026']
    const { report } = await connect(
      { number: caller, steps: [{ answer: true }, { press: '12', after: 2 }, listen] },
      { number: callee, steps: [{ ring: 1 }, { answer: true }, listen] },
      { SessionTimeout: 3 },
    )
    expect(report).toMatchObject({
      status_code: '200100',
      hangup_direction: '机器',
      duration: expect.stringMatching(/^[34]$/),
    })
    expect(report).not.toHaveProperty('dtmf')
    expect((await node.client.onlyPhoneCall(callee)).keysHeard).toBe('12')
  })
})
