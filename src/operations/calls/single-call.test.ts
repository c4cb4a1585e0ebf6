import { describe, expect, it } from 'vitest'
import { MemoryPorts } from '../../../fakes/memory-ports.ts'
import { createTestGateway } from '../../../fakes/test-gateway.ts'

const byTts = { CalledNumber: '13900000000', TtsCode: 'TTS_10001', TtsParam: '{"code":"1234"}' }
const byVoice = { CalledNumber: '13900000000', VoiceCode: 'hello.wav' }

describe('SingleCallByTts', () => {
  it('stores the call as it will be placed, guarded by the request that asked', async () => {
    const gateway = createTestGateway({ settings: { frequency: { perMinute: 1, perHour: 5, perDay: 20 } } })
    const asked = { ...byTts, CalledNumber: '+86 139-0000-0000', CalledShowNumber: '0571-28880000', OutId: 'order 7' }
    const { json } = await gateway.ask('SingleCallByTts', { ...asked, Volume: 50, Speed: -100 }, { nonce: 'n1' })
    expect(gateway.ports.accepted).toEqual([
      {
        call: {
          callId: json['CallId'],
          accountId: '1000000001',
          operation: 'SingleCallByTts',
          product: 'verification',
          calledNumber: '13900000000',
          showNumber: '057128880000',
          outId: 'order 7',
          acceptedAt: gateway.clock.now(),
          script: {
            steps: [
              {
                do: 'play',
                times: 3,
                volume: 50,
                speed: -100,
                prompt: {
                  kind: 'speech',
                  segments: [
                    { text: '您的验证码是', manner: 'fluent' },
                    { text: '1234', manner: 'spelled' },
                    { text: '，五分钟内有效。', manner: 'fluent' },
                  ],
                },
              },
            ],
          },
        },
        guard: { accessKeyId: 'testId', nonce: 'n1', frequency: { perMinute: 1, perHour: 5, perDay: 20 } },
      },
    ])
  })

  it('is a notification with a notification template', async () => {
    const gateway = createTestGateway()
    await gateway.ask('SingleCallByTts', { ...byTts, TtsCode: 'TTS_10002', TtsParam: '{"name":"张三","time":9}' })
    expect(gateway.ports.accepted[0]?.call).toMatchObject({ product: 'notification', showNumber: '', outId: '' })
  })

  it.each([
    ['isv.DISPLAY_NUMBER_ILLEGAL', { CalledShowNumber: '057128880001' }],
    ['isv.TEMPLATE_ILLEGAL', { TtsCode: 'TTS_99999' }],
    ['isv.TEMPLATE_ILLEGAL', { TtsCode: 'TTS_FOREIGN' }],
    ['isv.TEMPLATE_ILLEGAL', { TtsCode: 'TTS_PENDING' }],
    ['isv.MOBILE_NUMBER_ILLEGAL', { CalledNumber: '12345' }],
    ['isv.MOBILE_NUMBER_ILLEGAL', { CalledNumber: '13900000000,13900000001' }],
    ['isv.INVALID_JSON_PARAM', { TtsParam: 'code=1234' }],
    ['isv.TEMPLATE_MISSING_PARAMETERS', { TtsParam: '{}' }],
    ['isv.TEMPLATE_MISSING_PARAMETERS', { TtsParam: '' }],
    ['isv.TEMPLATE_PARAMS_ILLEGAL', { TtsParam: '{"code":"一二"}' }],
    ['isv.PARAM_NOT_SUPPORT_URL', { TtsCode: 'TTS_10002', TtsParam: '{"name":"http://x.cn","time":"1"}' }],
    ['isv.BLACK_KEY_CONTROL_LIMIT', { TtsCode: 'TTS_10002', TtsParam: '{"name":"贷款","time":"1"}' }],
    ['isv.PARAM_LENGTH_LIMIT', { TtsCode: 'TTS_10002', TtsParam: `{"name":"${'a'.repeat(1000)}","time":"1"}` }],
  ])('%s for %o', async (code, change) => {
    const ports = new MemoryPorts({ blacklist: ['贷款'] })
    const draft = { kind: 'verification', text: '${code}' } as const
    ports.templates.push({ ...draft, code: 'TTS_FOREIGN', accountId: '2', review: 'approved' })
    ports.templates.push({ ...draft, code: 'TTS_PENDING', accountId: '1000000001', review: 'pending' })
    const gateway = createTestGateway({ ports })
    const { status, json } = await gateway.ask('SingleCallByTts', { ...byTts, ...change })
    expect([status, json['Code']]).toEqual([200, code])
    expect(Object.keys(json).sort()).toEqual(['Code', 'Message', 'RequestId'])
    expect(ports.accepted).toEqual([])
  })

  it.each([
    ['PlayTimes', ['0', '4']],
    ['Volume', ['-1', '101']],
    ['Speed', ['-501', '501']],
    ['OutId', ['0123456789abcdef']],
  ])('Invalid%s outside its range', async (name, values) => {
    const gateway = createTestGateway()
    for (const value of values) {
      const { status, json } = await gateway.ask('SingleCallByTts', { ...byTts, [name]: value })
      expect([status, json['Code']]).toEqual([400, `Invalid${name}`])
    }
  })

  it('isv.OUT_OF_SERVICE for a suspended account', async () => {
    const ports = new MemoryPorts({ accounts: [{ accountId: '1000000001', name: 'x', state: 'outOfService' }] })
    const { json } = await createTestGateway({ ports }).ask('SingleCallByTts', byTts)
    expect(json['Code']).toBe('isv.OUT_OF_SERVICE')
  })

  it('isv.AMOUNT_NOT_ENOUGH when the balance does not cover what a priced call holds', async () => {
    const gateway = createTestGateway({ settings: { frequency: undefined, heldMinutes: 2 } })
    gateway.ports.pricesE4.set('verification', 1150)
    gateway.ports.balanceE4 = 2 * 1150
    expect((await gateway.ask('SingleCallByTts', byTts)).json['Code']).toBe('OK')
    expect(gateway.ports.accepted[0]?.guard.price).toEqual({ perMinuteE4: 1150, heldE4: 2300 })
    const { status, json } = await gateway.ask('SingleCallByTts', byTts)
    expect([status, json['Code']]).toEqual([200, 'isv.AMOUNT_NOT_ENOUGH'])
    const notice = { ...byTts, TtsCode: 'TTS_10002', TtsParam: '{"name":"Ann","time":"9"}' }
    expect((await gateway.ask('SingleCallByTts', notice)).json['Code']).toBe('OK')
  })

  it('isv.BUSINESS_LIMIT_CONTROL says when the next call is allowed, and which setting turns it off', async () => {
    const frequency = { perMinute: 1, perHour: 5, perDay: 20 }
    const gateway = createTestGateway({ settings: { frequency, frequencyHint: 'YUYIN_CALLEE_LIMITS=off' } })
    await gateway.ask('SingleCallByTts', byTts)
    await gateway.clock.advance(1500)
    const { status, json } = await gateway.ask('SingleCallByTts', byTts)
    expect([status, json['Code']]).toEqual([200, 'isv.BUSINESS_LIMIT_CONTROL'])
    expect(json['Message']).toContain('(1 a minute): the next call is allowed at 2024-01-02 11:05:05 China time')
    expect(json['Message']).toContain('YUYIN_CALLEE_LIMITS=off turns this limit off')
    await gateway.clock.advance(58_500)
    expect((await gateway.ask('SingleCallByTts', byTts)).json['Code']).toBe('OK')
  })
})

describe('SingleCallByVoice', () => {
  it('plays the voice file once unless asked otherwise, as a notification', async () => {
    const gateway = createTestGateway()
    await gateway.ask('SingleCallByVoice', byVoice)
    await gateway.ask('SingleCallByVoice', { ...byVoice, PlayTimes: 3 })
    const prompt = { kind: 'voice', voiceCode: 'hello.wav', accountId: '1000000001' }
    expect(gateway.ports.accepted.map(({ call }) => [call.product, call.script.steps])).toEqual([
      ['notification', [{ do: 'play', prompt, times: 1, volume: 100, speed: 0 }]],
      ['notification', [{ do: 'play', prompt, times: 3, volume: 100, speed: 0 }]],
    ])
  })

  it('isv.VOICE_FILE_ILLEGAL for a file that the account does not have', async () => {
    const { json } = await createTestGateway().ask('SingleCallByVoice', { ...byVoice, VoiceCode: 'other.wav' })
    expect(json['Code']).toBe('isv.VOICE_FILE_ILLEGAL')
  })
})
