import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestGateway, testAnswer } from '../../../fakes/test-gateway.ts'
import { percentDecoded } from '../../lib/decode-text.ts'

const form = 'application/x-www-form-urlencoded'
const many = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=1`).join('&')

describe('bad input is a clear 4xx in the shape of the gateway', () => {
  const rows: [
    string,
    number,
    { method?: 'GET' | 'POST' | 'PUT'; url?: string; type?: string; payload?: string | Buffer },
  ][] = [
    ['InvalidParameter.Encoding', 400, { url: '/?Action=%' }],
    ['InvalidParameter.Encoding', 400, { url: '/?Action=%E5%BC' }],
    ['InvalidParameter.Encoding', 400, { method: 'POST', type: form, payload: 'a=%zz' }],
    ['InvalidParameter.Encoding', 400, { method: 'POST', type: form, payload: Buffer.from([0x61, 0x3d, 0xff]) }],
    ['InvalidParameter.Duplicate', 400, { url: '/?a=1&b=2&a=1' }],
    ['InvalidParameter.Duplicate', 400, { method: 'POST', url: '/?a=1', type: form, payload: '%61=1' }],
    ['InvalidParameter.TooMany', 400, { method: 'POST', type: form, payload: many(1001) }],
    ['MissingAction', 400, { method: 'POST', type: form, payload: many(999) }],
    [
      'UnsupportedMediaType',
      415,
      { method: 'POST', type: 'application/json', payload: '{"Action":"SingleCallByTts"}' },
    ],
    ['UnsupportedMediaType', 415, { method: 'POST', type: 'nonsense', payload: 'x' }],
    ['UnsupportedMediaType', 415, { method: 'POST', type: `${form}; charset=GBK`, payload: 'a=1' }],
    ['MissingAction', 400, { method: 'POST', type: `${form}; charset="UTF-8"`, payload: 'a=1' }],
    ['RequestTooLarge', 413, { method: 'POST', type: form, payload: `a=${'x'.repeat(1024 * 1024)}` }],
    ['UnsupportedHTTPMethod', 400, { method: 'PUT', url: '/?Action=SingleCallByTts' }],
    ['InvalidAction.NotFound', 404, { url: '/index.html' }],
  ]

  it.each(rows)('%s, HTTP %i', async (code, status, { method = 'GET', url = '/', type, payload }) => {
    const response = await createTestGateway().app.inject({
      method,
      url: `${url}${url.includes('?') ? '&' : '?'}Format=JSON`,
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
      ...(payload === undefined ? {} : { payload }),
    })
    const answered = testAnswer(response)
    expect(answered.status).toBe(status)
    expect(answered.json['Code']).toBe(code)
    expect(Object.keys(answered.json).sort()).toEqual(['Code', 'HostId', 'Message', 'Recommend', 'RequestId'])
  })

  it('compares Content-MD5 when it is sent', async () => {
    const { app } = createTestGateway()
    const send = async (md5: string) => {
      const headers = { 'content-type': form, 'content-md5': md5 }
      return testAnswer(await app.inject({ method: 'POST', url: '/?Format=JSON', payload: 'a=1', headers })).json[
        'Code'
      ]
    }
    expect(await send('wrong')).toBe('ContentMD5NotMatched')
    expect(await send('PK2/7cBINP6zt1lBJTsWkA==')).not.toBe('UnsupportedMediaType')
  })

  it('explains every code where its answer says', async () => {
    const { app } = createTestGateway()
    for (const code of ['SignatureDoesNotMatch', 'MissingCalledNumber', 'InvalidPlayTimes', 'isv.TEMPLATE_ILLEGAL']) {
      expect(testAnswer(await app.inject(`/errors/${code}`)).json).toMatchObject({ Code: code, Remedy: /./ })
    }
    expect(testAnswer(await app.inject('/errors/Unheard.Of')).status).toBe(404)
  })
})

describe('nothing a stranger sends is a fault of ours', () => {
  it('random bytes in query, form and headers give a 4xx', async () => {
    const { app } = createTestGateway()
    const bytes = fc.string({ unit: 'binary-ascii' })
    const query = fc.oneof(bytes, fc.webQueryParameters()).map((text) => text.replace(/[^!-~]/g, '%'))
    await fc.assert(
      fc.asyncProperty(query, fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (text, payload, isForm) => {
        const response = await app.inject({
          method: 'POST',
          url: `/?${text}`,
          payload: Buffer.from(payload),
          ...(isForm ? { headers: { 'content-type': form } } : {}),
        })
        expect(response.statusCode).toBeGreaterThanOrEqual(400)
        expect(response.statusCode).toBeLessThan(500)
      }),
      { numRuns: 300 },
    )
  })

  it('signed requests with any values give no 5xx', async () => {
    const gateway = createTestGateway()
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    const value = fc.oneof(
      text,
      fc.integer().map(String),
      fc.json(),
      fc.constantFrom('', '0', '-1', 'true', '1e9', '\u0000'),
    )
    const names = [
      'CalledNumber',
      'CalledShowNumber',
      'TtsCode',
      'VoiceCode',
      'TtsParam',
      'PlayTimes',
      'Volume',
      'Speed',
    ]
    const more = ['OutId', 'CallId', 'ProdId', 'QueryDate', 'MessageType', 'QueueName', 'Extra.1.Key']
    const actions = ['SingleCallByTts', 'SingleCallByVoice', 'QueryCallDetailByCallId', 'QueryTokenForMnsQueue']
    const good = {
      CalledNumber: '13900000000',
      TtsCode: 'TTS_10002',
      VoiceCode: 'hello.wav',
      ProdId: '1',
      QueryDate: '1',
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...actions),
        fc.dictionary(fc.constantFrom(...names, ...more), value, { maxKeys: 4 }),
        async (action, changes) => {
          const { status, json } = await gateway.ask(action, { ...good, ...changes })
          expect(status).toBeLessThan(500)
          expect(json['Code']).toEqual(expect.any(String))
        },
      ),
      { numRuns: 500 },
    )
    expect(gateway.logged.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('a signed request with any byte of it changed is not carried out', async () => {
    const gateway = createTestGateway()
    const call = { CalledNumber: '13900000000', TtsCode: 'TTS_10001', TtsParam: '{"code":"1234"}' }
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0x21, max: 0x7e }), async (at, code) => {
        const path = gateway.signed('SingleCallByTts', call)
        const place = 2 + (at % (path.length - 2))
        const mutated = path.slice(0, place) + String.fromCharCode(code) + path.slice(place + 1)
        const response = await gateway.app.inject(mutated.replaceAll('#', '%23'))
        expect(response.statusCode).toBeLessThan(500)
        // Hex digits of an escape may change their case without changing what was signed.
        if (decodeURIComponent(path) === percentDecoded(mutated)) return
        expect(response.statusCode).toBeGreaterThanOrEqual(400)
      }),
      { numRuns: 500 },
    )
  })
})
