import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { melody } from '../node/melody.ts'
import { ReceiptPuller } from '../node/pull-receipts.ts'
import { printLogOnFailure, startTestNode, type TestNode } from '../node/start-test-node.ts'
import { addToneVoice } from '../peers/callee/tone-voice.ts'

/** Prompts that are told apart by their note; none of them lies near a tone of a key. */
const notes = { ask: 500, longAsk: 560, one: 1050, two: 1150, bye: 620 } as const
const notesHz = Object.values(notes)
const longAskMs = 6000

let node: TestNode
let reports: ReceiptPuller
let callReports: ReceiptPuller
printLogOnFailure(() => node)

beforeAll(async () => {
  node = await startTestNode()
  for (const [name, frequencyHz] of Object.entries(notes)) {
    const durationMs = name === 'longAsk' ? longAskMs : 500
    await addToneVoice(node, `${name}.wav`, [{ frequencyHz, durationMs }])
  }
  reports = await ReceiptPuller.open(node.client, 'VoiceReport')
  callReports = await ReceiptPuller.open(node.client, 'VoiceCallReport')
})
afterAll(() => node.close())

const menu = {
  StartCode: 'ask.wav',
  ByeCode: 'bye.wav',
  PlayTimes: 2,
  Timeout: 1000,
  MenuKeyMap: [
    { Key: '1', Code: 'one.wav' },
    { Key: '2', Code: 'two.wav' },
  ],
}

/** Calls a phone that does these steps once it has answered. @returns what it heard and what the receipts say */
async function callMenu(number: string, steps: readonly object[], changes: object = {}) {
  await node.client.script(number, [{ answer: true }, ...steps])
  const callId = await node.client.place('IvrCall', { CalledNumber: number, ...menu, ...changes })
  const [report] = await reports.until(callId, 1)
  const phone = await node.client.onlyPhoneCall(number)
  const heard = await node.client.heard(number)
  // The last VoiceCallReport is queued in the same transaction as the VoiceReport.
  await callReports.drain()
  const states = callReports.pulled.filter((receipt) => receipt['call_id'] === callId)
  const keys = states.filter(({ status_code: code }) => code === '300000').map(({ dtmf }) => dtmf)
  return { callId, report, phone, heard, keys, states, prompts: melody(heard.tones, notesHz) }
}

const listen = { listen: true }

describe('IvrCall', () => {
  it.concurrent('plays what belongs to the key, and says goodbye', async ({ expect }) => {
    const call = await callMenu('13912340001', [{ press: '1', after: 1 }, listen])
    expect(call.prompts).toEqual([notes.ask, notes.one, notes.bye])
    expect(call.report).toMatchObject({ status_code: '200000', dtmf: '1', hangup_direction: '机器' })
    expect(call.states.map(({ status_code: code }) => code)).toEqual(['200101', '200102', '300000', '200100'])
    expect(call.states[2]).toMatchObject({ dtmf: '1', smart_status_code: 'ANSWERED' })
    expect(await node.detail(call.callId)).toMatchObject({ state: '200000' })
  })

  it.concurrent('knows each key of the menu, given as a JSON list as well', async ({ expect }) => {
    const MenuKeyMap = JSON.stringify(menu.MenuKeyMap)
    const call = await callMenu('13912340011', [{ press: '2', after: 1 }, listen], { MenuKeyMap })
    expect(call.prompts).toEqual([notes.ask, notes.two, notes.bye])
    expect(call.report).toMatchObject({ status_code: '200000', dtmf: '2' })
  })

  it.concurrent('changes over to another key that is pressed over the first one’s prompt', async ({ expect }) => {
    const call = await callMenu('13912340021', [{ press: '12', after: 1 }, listen])
    expect(call.prompts.at(-1)).toBe(notes.bye)
    expect(call.prompts).toContain(notes.two)
    expect(call.report).toMatchObject({ status_code: '200000', dtmf: '12' })
    expect(call.keys).toEqual(['1', '2'])
  })

  it.concurrent('asks again after a wrong key, and ends without a right one as key timeout', async ({ expect }) => {
    const call = await callMenu('13912340031', [{ press: '9', after: 1 }, listen])
    expect(call.prompts).toEqual([notes.ask, notes.ask, notes.bye])
    expect(call.report).toMatchObject({ status_code: '200008', dtmf: '9' })
    expect(call.keys).toEqual(['9'])
  })

  it.concurrent('asks as often as it may when nobody presses a key: key timeout', async ({ expect }) => {
    const call = await callMenu('13912340041', [listen])
    expect(call.prompts).toEqual([notes.ask, notes.ask, notes.bye])
    expect(call.report).toMatchObject({ status_code: '200008', status_msg: '按键超时', hangup_direction: '机器' })
    expect(call.report).not.toHaveProperty('dtmf')
    expect(await node.detail(call.callId)).toMatchObject({ state: '200008' })
  })

  it.concurrent('stops its prompt at the key', async ({ expect }) => {
    const call = await callMenu('13912340051', [{ press: '1', after: 1 }, listen], { StartCode: 'longAsk.wav' })
    expect(call.prompts).toEqual([notes.longAsk, notes.one, notes.bye])
    const asked = call.heard.tones.find(({ frequencyHz }) => Math.abs(frequencyHz - notes.longAsk) < 10)
    expect((asked?.toMs ?? longAskMs) - (asked?.fromMs ?? 0)).toBeLessThan(longAskMs / 2)
  })

  it.concurrent('ends when the callee hangs up in the middle of it, and keeps the keys', async ({ expect }) => {
    const steps = [{ press: '9', after: 0.3 }, { wait: 0.5 }, { hangup: true }]
    const call = await callMenu('13912340061', steps, { StartCode: 'longAsk.wav' })
    expect(call.report).toMatchObject({ status_code: '200001', dtmf: '9', hangup_direction: '用户' })
    expect(call.phone.end).toMatchObject({ by: 'phone' })
  })

  it.concurrent('speaks templates with their parameters', async ({ expect }) => {
    const spoken = {
      StartCode: devProfile.notificationTemplate,
      StartTtsParams: JSON.stringify({ name: '张三', time: '九点' }),
      ByeCode: devProfile.verificationTemplate,
      ByeTtsParams: JSON.stringify({ code: '42' }),
      MenuKeyMap: [{ Key: '#', Code: devProfile.verificationTemplate, TtsParams: JSON.stringify({ code: '7' }) }],
    }
    const call = await callMenu('13912340071', [{ press: '#', after: 0.5 }, listen], spoken)
    expect(call.report).toMatchObject({ status_code: '200000', dtmf: '#' })
    expect(call.heard.stretches.filter(({ kind }) => kind === 'speech').length).toBeGreaterThanOrEqual(2)
  })
})

describe('after all these calls', () => {
  it('no call and no RTP session of theirs is left', async () => {
    const metrics = await (await fetch(`${node.endpoints.http}/metrics`)).text()
    expect(metrics).toMatch(/^yuyin_calls_live(\{[^}]*\})? 0$/m)
    expect(metrics).toMatch(/^yuyin_media_sessions(\{[^}]*\})? 0$/m)
  })
})
