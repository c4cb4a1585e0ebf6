import { describe, expect, it } from 'vitest'
import { createTestGateway, type TestGateway, testAnswer } from '../../../fakes/test-gateway.ts'
import { writeTimestamp } from '../signature/timestamp.ts'

const call = { CalledNumber: '13900000000', TtsCode: 'TTS_10001', TtsParam: '{"code":"1234"}' }
const single = 'SingleCallByTts'

/** Sends the signed parameters as a form. */
async function post(gateway: TestGateway, path: string, form: string, headers: Record<string, string> = {}) {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return testAnswer(
    await gateway.app.inject({ method: 'POST', url: path, payload: form, headers: { ...type, ...headers } }),
  )
}

/** The query of a signed path, with parameters changed after signing (empty text removes one). */
function changed(path: string, changes: Record<string, string>): string {
  const query = new URLSearchParams(path.slice(2))
  for (const [name, value] of Object.entries(changes)) value === '' ? query.delete(name) : query.set(name, value)
  return `/?${query.toString().replaceAll('+', '%20')}`
}

describe('success', () => {
  it('is JSON when asked for, and the call is stored', async () => {
    const gateway = createTestGateway()
    const { status, contentType, json } = await gateway.ask(single, call)
    expect({ status, contentType }).toEqual({ status: 200, contentType: 'application/json;charset=utf-8' })
    expect(json).toEqual({
      Code: 'OK',
      Message: 'OK',
      CallId: gateway.ports.accepted[0]?.call.callId,
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
    })
  })

  it('is XML when asked for, or when no format is named', async () => {
    const gateway = createTestGateway()
    const asked = await gateway.ask(single, call, { format: 'XML' })
    expect(asked.contentType).toBe('application/xml;charset=utf-8')
    expect(asked.text).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?><SingleCallByTtsResponse><CallId>\d{12}\^\d{12}<\/CallId><Code>OK<\/Code><Message>OK<\/Message><RequestId>[0-9A-F-]{36}<\/RequestId><\/SingleCallByTtsResponse>$/,
    )
  })

  it('nests objects in XML', async () => {
    const { text } = await createTestGateway().ask(
      'QueryTokenForMnsQueue',
      { MessageType: 'VoiceReport' },
      { format: 'XML' },
    )
    expect(text).toContain('<MessageTokenDTO><AccessKeyId>STS.1000000001</AccessKeyId>')
  })

  it.each([0, 1, 5, 99])('takes parameters from query and form alike: the first %i in the query', async (count) => {
    const gateway = createTestGateway()
    const pairs = gateway.signed(single, call).slice(2).split('&')
    const response = await gateway.app.inject({
      method: 'GET',
      url: `/?${pairs.slice(0, count).join('&')}`,
      payload: pairs.slice(count).join('&'),
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    })
    expect(testAnswer(response).json['Code']).toBe('OK')
  })

  it('signs the method: what was signed for GET is not accepted by POST', async () => {
    const gateway = createTestGateway()
    const answered = await post(gateway, gateway.signed(single, call), '')
    expect(answered.json['Code']).toBe('SignatureDoesNotMatch')
  })

  it('reads + in a form as a space, and in the query too when only that matches the signature', async () => {
    const gateway = createTestGateway()
    const notice = { ...call, TtsCode: 'TTS_10002', TtsParam: '{"name":"Ann Lee","time":"9 am"}' }
    const path = gateway.signed(single, notice).replaceAll('%20', '+')
    expect(path).toContain('+')
    expect(testAnswer(await gateway.app.inject(path)).json['Code']).toBe('OK')
    expect(gateway.ports.accepted[0]?.call.script.steps[0]).toMatchObject({
      prompt: { segments: expect.arrayContaining([{ text: 'Ann Lee', manner: 'fluent' }]) },
    })
  })

  it('takes the path of an absolute-form target and a doubled slash', async () => {
    const gateway = createTestGateway()
    for (const prefix of ['http://dyvmsapi.example:80', '//']) {
      const path = gateway.signed(single, call)
      const url = prefix === '//' ? `/${path}` : prefix + path
      expect(testAnswer(await gateway.app.inject({ method: 'GET', url })).json['Code']).toBe('OK')
    }
  })

  it('ignores parameters that every operation accepts and no operation uses', async () => {
    const { json } = await createTestGateway().ask(single, { ...call, RegionId: 'cn-hangzhou', OwnerId: 1, Extra: 'x' })
    expect(json['Code']).toBe('OK')
  })
})

describe('a request is rejected with the documented code', () => {
  const now = '2024-01-02T03:04:05Z'
  const rows: [string, number, Record<string, string>][] = [
    ['MissingAction', 400, { Action: '' }],
    ['MissingVersion', 400, { Version: '' }],
    ['InvalidVersion', 400, { Version: '2014-05-26' }],
    ['InvalidAction.NotFound', 404, { Action: 'SingleCallByTTS' }],
    ['InvalidAction.NotFound', 404, { Action: 'toString' }],
    ['MissingAccessKeyId', 400, { AccessKeyId: '' }],
    ['InvalidAccessKeyId.NotFound', 404, { AccessKeyId: 'nobody' }],
    ['InvalidAccessKeyId.NotFound', 404, { AccessKeyId: 'a\u0000b' }],
    ['MissingSignature', 400, { Signature: '' }],
    ['MissingSignatureNonce', 400, { SignatureNonce: '' }],
    ['InvalidSignatureNonce', 400, { SignatureNonce: 'x'.repeat(129) }],
    ['MissingSignatureVersion', 400, { SignatureVersion: '' }],
    ['InvalidSignatureVersion', 400, { SignatureVersion: '2.0' }],
    ['InvalidSignatureMethod', 400, { SignatureMethod: 'SHA256withRSA', SignatureType: 'PRIVATEKEY' }],
    ['InvalidBearerToken.Malformed', 400, { BearerToken: 'x', SignatureType: 'BEARERTOKEN', AccessKeyId: '' }],
    ['MissingBearerToken', 400, { SignatureType: 'BEARERTOKEN', AccessKeyId: '' }],
    ['MissingSignature', 400, { Signature: '', Timestamp: 'x' }],
    ['MissingTimestamp', 400, { Timestamp: '' }],
    ['InvalidTimeStamp.Format', 400, { Timestamp: '2024-01-02 03:04:05' }],
    ['InvalidTimeStamp.Expired', 400, { Timestamp: '2024-01-02T02:49:04Z' }],
    ['InvalidTimeStamp.Expired', 400, { Timestamp: '2024-01-02T03:19:06Z' }],
    ['SignatureDoesNotMatch', 400, { Timestamp: '2024-01-02T02:49:05Z' }],
    ['SignatureDoesNotMatch', 400, { Signature: 'AAAA' }],
    ['SignatureDoesNotMatch', 400, { CalledNumber: '13900000001' }],
    ['SignatureDoesNotMatch', 400, { SecurityToken: 'x' }],
    ['InvalidParameter.Format', 400, { Format: 'YAML' }],
  ]

  it.each(rows)('%s, HTTP %i, for %o', async (code, status, changes) => {
    const gateway = createTestGateway()
    expect(writeTimestamp(gateway.clock.now())).toBe(now)
    const path = changed(gateway.signed(single, call), changes)
    const answered = testAnswer(await gateway.app.inject(path))
    expect(answered.status).toBe(status)
    if (code === 'InvalidParameter.Format') {
      expect(answered.contentType).toBe('text/xml;charset=utf-8')
      return expect(answered.text).toContain(`<Code>${code}</Code>`)
    }
    expect(answered.json).toEqual({
      Code: code,
      HostId: 'localhost:80',
      Message: expect.any(String),
      Recommend: `http://localhost:80/errors/${code}`,
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
    })
    expect(gateway.ports.accepted).toEqual([])
  })

  it('InvalidAccessKeyId.Inactive for a disabled key', async () => {
    const gateway = createTestGateway()
    gateway.ports.accessKeys.splice(0, 1, { accessKeyId: 'testId', accountId: '1', secret: 'x', enabled: false })
    expect((await gateway.ask(single, call)).json['Code']).toBe('InvalidAccessKeyId.Inactive')
  })

  it('isv.ACCOUNT_NOT_EXISTS for a key whose account is gone', async () => {
    const gateway = createTestGateway()
    gateway.ports.accounts.length = 0
    const { status, json } = await gateway.ask(single, call)
    expect([status, json['Code']]).toEqual([200, 'isv.ACCOUNT_NOT_EXISTS'])
  })

  it('InvalidSecurityToken.MismatchWithAccessKey for a signed token that nobody issued', async () => {
    const { json } = await createTestGateway().ask(single, call, { securityToken: 'x' })
    expect(json['Code']).toBe('InvalidSecurityToken.MismatchWithAccessKey')
  })

  it('SignatureNonceUsed for a replay, and again until half an hour has passed', async () => {
    const gateway = createTestGateway()
    const first = gateway.signed(single, call)
    expect(testAnswer(await gateway.app.inject(first)).json['Code']).toBe('OK')
    expect(testAnswer(await gateway.app.inject(first)).json['Code']).toBe('SignatureNonceUsed')
    expect((await gateway.ask(single, call, { nonce: 'n1' })).json['Code']).toBe('OK')
    await gateway.clock.advance(29 * 60_000)
    expect((await gateway.ask(single, call, { nonce: 'n1' })).json['Code']).toBe('SignatureNonceUsed')
  })

  it('SignatureNonceUsed for a replay that writes a space of the nonce in another way', async () => {
    const gateway = createTestGateway()
    const first = gateway.signed(single, call, { nonce: 'a b' })
    expect(testAnswer(await gateway.app.inject(first)).json['Code']).toBe('OK')
    const again = testAnswer(await gateway.app.inject(first.replace('a%20b', 'a+b')))
    expect(again.json['Code']).toBe('SignatureNonceUsed')
  })

  it('SignatureNonceUsed also when only the store remembers the nonce, as after a restart', async () => {
    const before = createTestGateway()
    await before.ask(single, call, { nonce: 'n1' })
    const after = createTestGateway({ ports: before.ports })
    expect((await after.ask(single, call, { nonce: 'n1' })).json['Code']).toBe('SignatureNonceUsed')
    expect(before.ports.accepted).toHaveLength(1)
  })

  it('UnsupportedOperation for what is not built, before its parameters are looked at', async () => {
    const { status, json } = await createTestGateway().ask('SmartCall', {})
    expect([status, json['Code']]).toEqual([400, 'UnsupportedOperation'])
  })
})

it('shows the string to sign in the one form that clients can parse', async () => {
  const { json } = await createTestGateway().ask(single, call, { secret: 'wrong', nonce: 'n' })
  const [before, marked, ...after] = String(json['Message']).split(':')
  expect(before).toBe('Specified signature is not matched with our calculation. server string to sign is')
  expect(marked).toBe(
    'GET&%2F&AccessKeyId%3DtestId%26Action%3DSingleCallByTts%26CalledNumber%3D13900000000%26Format%3DJSON%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3Dn%26SignatureVersion%3D1.0%26Timestamp%3D2024-01-02T03%253A04%253A05Z%26TtsCode%3DTTS_10001%26TtsParam%3D%257B%2522code%2522%253A%25221234%2522%257D%26Version%3D2017-05-25',
  )
  expect(after).toEqual([])
})

it('answers a fault of ours as InternalError, logs it under the RequestId, and tells nothing of it', async () => {
  const gateway = createTestGateway()
  gateway.ports.calls.accept = async () => {
    throw new Error('disk on fire')
  }
  const { status, json, text } = await gateway.ask(single, call)
  expect([status, json['Code']]).toEqual([500, 'InternalError'])
  expect(text).not.toContain('fire')
  expect(gateway.logged).toContainEqual({
    level: 'error',
    message: 'request failed',
    fields: { requestId: json['RequestId'], operation: single, error: expect.stringContaining('disk on fire') },
  })
})

it('logs ids and codes, and neither number, code nor secret', async () => {
  const gateway = createTestGateway()
  await gateway.ask(single, { ...call, TtsCode: 'x' })
  await gateway.ask(single, call, { secret: 'wrong' })
  const lines = JSON.stringify(gateway.logged)
  expect(gateway.logged).toHaveLength(4)
  for (const { fields } of gateway.logged) expect(fields).toHaveProperty('requestId')
  for (const kept of ['13900000000', '1234', 'testSecret', 'wrong']) expect(lines).not.toContain(kept)
})
