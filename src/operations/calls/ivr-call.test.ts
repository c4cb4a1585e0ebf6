import { describe, expect, it } from 'vitest'
import { MemoryPorts } from '../../../fakes/memory-ports.ts'
import { createTestGateway } from '../../../fakes/test-gateway.ts'

const asked = {
  CalledShowNumber: '057128880000',
  CalledNumber: '13900000000',
  StartCode: 'TTS_10002',
  StartTtsParams: '{"name":"张三","time":"9"}',
}
const bothKeys = {
  'MenuKeyMap.1.Key': '1',
  'MenuKeyMap.1.Code': 'hello.wav',
  'MenuKeyMap.2.Key': '#',
  'MenuKeyMap.2.Code': 'TTS_10001',
  'MenuKeyMap.2.TtsParams': '{"code":"42"}',
}
const voice = { kind: 'voice', voiceCode: 'hello.wav', accountId: '1000000001' }

async function stored(parameters: object) {
  const gateway = createTestGateway()
  const { json } = await gateway.ask('IvrCall', { ...asked, ...parameters })
  expect(json['Code']).toBe('OK')
  const [accepted] = gateway.ports.accepted
  expect(accepted?.call.callId).toBe(json['CallId'])
  return accepted?.call
}

describe('IvrCall', () => {
  it('stores a menu with every prompt, files and templates mixed in its keys', async () => {
    const more = { PlayTimes: 2, Timeout: 5000, ByeCode: 'TTS_10001', ByeTtsParams: '{"code":"7"}', OutId: 'order 7' }
    const call = await stored({ ...bothKeys, ...more })
    expect(call).toMatchObject({ operation: 'IvrCall', product: 'ivr', calledNumber: '13900000000', outId: 'order 7' })
    const spokenCode = (digits: string) => ({
      kind: 'speech',
      segments: [
        { text: '您的验证码是', manner: 'fluent' },
        { text: digits, manner: 'spelled' },
        { text: '，五分钟内有效。', manner: 'fluent' },
      ],
    })
    expect(call?.script.steps).toEqual([
      {
        do: 'menu',
        rounds: 2,
        waitMs: 5000,
        prompt: { kind: 'speech', segments: expect.arrayContaining([{ text: '张三', manner: 'fluent' }]) },
        choices: [
          { key: '1', prompt: voice },
          { key: '#', prompt: spokenCode('42') },
        ],
        goodbye: spokenCode('7'),
      },
    ])
  })

  it('takes the keys as a JSON list too', async () => {
    const list = [
      { Key: '1', Code: 'hello.wav' },
      { Key: '#', Code: 'TTS_10001', TtsParams: '{"code":"42"}' },
    ]
    const [numbered, json] = await Promise.all([stored(bothKeys), stored({ MenuKeyMap: JSON.stringify(list) })])
    expect(json?.script).toEqual(numbered?.script)
  })

  it('asks three times and waits three seconds unless told otherwise; any key will do without a menu', async () => {
    const call = await stored({ StartCode: 'hello.wav', StartTtsParams: '' })
    expect(call?.script.steps).toEqual([{ do: 'menu', rounds: 3, waitMs: 3000, prompt: voice, choices: [] }])
  })

  it('takes a key without a prompt of its own', async () => {
    const call = await stored({ 'MenuKeyMap.1.Key': '*' })
    expect(call?.script.steps).toMatchObject([{ choices: [{ key: '*' }] }])
  })

  it.each([
    ['isv.DISPLAY_NUMBER_ILLEGAL', { CalledShowNumber: '057128880001' }, 'CalledShowNumber'],
    ['isv.MOBILE_NUMBER_ILLEGAL', { CalledNumber: '12345' }, ''],
    ['isv.MOBILE_NUMBER_ILLEGAL', { CalledNumber: '85221234567' }, 'mainland'],
    ['isv.TEMPLATE_ILLEGAL', { StartCode: 'TTS_99999' }, '(StartCode)'],
    ['isv.VOICE_FILE_ILLEGAL', { StartCode: 'nothing.wav' }, '(StartCode)'],
    ['isv.INVALID_JSON_PARAM', { StartTtsParams: 'name=x' }, '(StartCode)'],
    ['isv.TEMPLATE_MISSING_PARAMETERS', { StartTtsParams: '{"name":"x"}' }, '(StartCode: time)'],
    ['isv.TEMPLATE_ILLEGAL', { ByeCode: 'TTS_99999' }, '(ByeCode)'],
    ['isv.TEMPLATE_MISSING_PARAMETERS', { ByeCode: 'TTS_10001' }, '(ByeCode: code)'],
    ['isv.INVALID_PARAMETERS', { ByeCode: 'hello.wav' }, 'same kind'],
    ['isv.VOICE_FILE_ILLEGAL', { 'MenuKeyMap.1.Key': '1', 'MenuKeyMap.1.Code': 'no.wav' }, '(MenuKeyMap.1.Code)'],
    ['isv.TEMPLATE_PARAMS_ILLEGAL', { ...bothKeys, 'MenuKeyMap.2.TtsParams': '{"code":"一"}' }, '(MenuKeyMap.2.Code'],
  ])('%s for %o', async (code, change, words) => {
    const gateway = createTestGateway()
    const { status, json } = await gateway.ask('IvrCall', { ...asked, ...change })
    expect([status, json['Code']]).toEqual([200, code])
    expect(json['Message']).toContain(words)
    expect(gateway.ports.accepted).toEqual([])
  })

  it.each([
    ['MissingStartCode', { StartCode: '' }],
    ['MissingCalledShowNumber', { CalledShowNumber: '' }],
    ['InvalidPlayTimes', { PlayTimes: 0 }],
    ['InvalidPlayTimes', { PlayTimes: 4 }],
    ['InvalidTimeout', { Timeout: -1 }],
    ['InvalidTimeout', { Timeout: 2147483648 }],
    ['InvalidOutId', { OutId: '1234567890123456' }],
    ['InvalidMenuKeyMap.1.Key', { 'MenuKeyMap.1.Key': '11', 'MenuKeyMap.1.Code': 'hello.wav' }],
    ['MissingMenuKeyMap.1.Key', { 'MenuKeyMap.1.Code': 'hello.wav' }],
    ['InvalidMenuKeyMap', { 'MenuKeyMap.1.Key': '1', 'MenuKeyMap.2.Key': '1' }],
    ['InvalidMenuKeyMap', { MenuKeyMap: JSON.stringify([...'0123456789*#ABCD'].map((Key) => ({ Key }))) }],
  ])('%s for %o', async (code, change) => {
    const gateway = createTestGateway()
    const { status, json } = await gateway.ask('IvrCall', { ...asked, ...change })
    expect([status, json['Code']]).toEqual([400, code])
    expect(gateway.ports.accepted).toEqual([])
  })

  it('counts the callee’s calls of this product apart from the others, and holds its price', async () => {
    const ports = new MemoryPorts()
    ports.pricesE4.set('ivr', 500)
    ports.balanceE4 = 700
    const gateway = createTestGateway({ ports, settings: { frequency: { perMinute: 1, perHour: 5, perDay: 20 } } })
    expect((await gateway.ask('IvrCall', asked, { nonce: 'a' })).json['Code']).toBe('OK')
    expect((await gateway.ask('IvrCall', asked, { nonce: 'b' })).json['Code']).toBe('isv.BUSINESS_LIMIT_CONTROL')
    const other = { ...asked, CalledNumber: '13900000002' }
    expect((await gateway.ask('IvrCall', other, { nonce: 'c' })).json['Code']).toBe('isv.AMOUNT_NOT_ENOUGH')
  })
})
