import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { createTestGateway, type TestGateway, testAnswer } from '../../../fakes/test-gateway.ts'
import { percentEncode } from '../signature/canonical-query.ts'
import { v3CanonicalRequest, v3StringToSign } from '../signature/string-to-sign.ts'
import { writeTimestamp } from '../signature/timestamp.ts'
import { v3Signature } from '../signature/verify.ts'

const call = { CalledNumber: '13900000000', TtsCode: 'TTS_10001', TtsParam: '{"code":"1234"}' }

interface V3Options {
  query?: Record<string, string>
  form?: string
  headers?: Record<string, string>
  /** Header names that are left out of the signature. */
  unsigned?: readonly string[]
  /** Sent instead of what was signed. */
  sentHeaders?: Record<string, string>
  sentForm?: string
  algorithm?: string
}

async function ask(gateway: TestGateway, options: V3Options = {}) {
  const { query = call, form = '', unsigned = [], algorithm = 'ACS3-HMAC-SHA256' } = options
  const headers: Record<string, string> = {
    host: 'localhost:80',
    'x-acs-action': 'SingleCallByTts',
    'x-acs-version': '2017-05-25',
    'x-acs-date': writeTimestamp(gateway.clock.now()),
    'x-acs-signature-nonce': 'nonce-1',
    'x-acs-content-sha256': createHash('sha256').update(form).digest('hex'),
    ...(form === '' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    ...options.headers,
  }
  const signedHeaders = Object.keys(headers)
    .filter((name) => !unsigned.includes(name))
    .sort()
  const parameters = new Map(Object.entries(query))
  const request = { method: 'POST', path: '/', query: parameters, headers, signedHeaders, body: Buffer.from(form) }
  const signature = v3Signature('testSecret', v3StringToSign(v3CanonicalRequest(request)))
  const authorization = `${algorithm} Credential=testId,SignedHeaders=${signedHeaders.join(';')},Signature=${signature}`
  const wire = Object.entries(query).map(([name, value]) => `${name}=${percentEncode(value)}`)
  return testAnswer(
    await gateway.app.inject({
      method: 'POST',
      url: `/?${wire.join('&')}`,
      headers: { authorization, ...headers, ...options.sentHeaders },
      payload: options.sentForm ?? form,
    }),
  )
}

it('is answered in JSON, whatever Format and Accept say', async () => {
  const query = { ...call, Format: 'XML' }
  const answered = await ask(createTestGateway(), { query, sentHeaders: { accept: 'application/xml' } })
  expect([answered.contentType, answered.json['Code']]).toEqual(['application/json;charset=utf-8', 'OK'])
})

it('may carry its parameters in a form, which is signed by its hash', async () => {
  const form = 'CalledNumber=13900000000&TtsCode=TTS_10001&TtsParam=%7B%22code%22%3A%221%22%7D'
  expect((await ask(createTestGateway(), { query: {}, form })).json['Code']).toBe('OK')
  const changed = await ask(createTestGateway(), { query: {}, form, sentForm: form.replace('00000&', '00001&') })
  expect(changed.json['Code']).toBe('SignatureDoesNotMatch')
})

it('may name the action in the query too, as one client does', async () => {
  const query = { ...call, Action: 'SingleCallByTts', Version: '2017-05-25' }
  expect((await ask(createTestGateway(), { query })).json['Code']).toBe('OK')
})

it.each([
  ['IncompleteSignature', { unsigned: ['x-acs-action'] }],
  ['IncompleteSignature', { unsigned: ['x-acs-date'] }],
  ['IncompleteSignature', { unsigned: ['host'] }],
  ['IncompleteSignature', { sentHeaders: { 'x-acs-security-token': 'x' } }],
  ['IncompleteSignature', { sentHeaders: { authorization: 'ACS3-HMAC-SHA256 Credential=testId' } }],
  ['InvalidSignatureMethod', { algorithm: 'ACS3-HMAC-SM3' }],
  ['SignatureDoesNotMatch', { sentHeaders: { 'x-acs-action': 'SingleCallByVoice' } }],
  ['SignatureDoesNotMatch', { sentHeaders: { 'x-acs-signature-nonce': 'nonce-2' } }],
  ['InvalidTimeStamp.Expired', { headers: { 'x-acs-date': '2024-01-02T02:00:00Z' } }],
  ['InvalidTimeStamp.Format', { headers: { 'x-acs-date': 'Tue, 02 Jan 2024 03:04:05 GMT' } }],
  ['InvalidVersion', { headers: { 'x-acs-version': '2015-01-01' } }],
  ['InvalidAction.NotFound', { headers: { 'x-acs-action': 'SendSms' } }],
  ['InvalidSecurityToken.MismatchWithAccessKey', { headers: { 'x-acs-security-token': 'x' } }],
])('%s for %o', async (code, options: V3Options) => {
  const gateway = createTestGateway()
  const answered = await ask(gateway, options)
  expect(answered.json['Code']).toBe(code)
  expect(gateway.ports.accepted).toEqual([])
})

it('shows its string to sign, whose first line is the algorithm', async () => {
  const { json } = await ask(createTestGateway(), { sentHeaders: { 'x-acs-signature-nonce': 'nonce-2' } })
  expect(json['Message']).toMatch(/server string to sign is:ACS3-HMAC-SHA256\n[0-9a-f]{64}$/)
})

it('is refused without any signature', async () => {
  const headers = { 'x-acs-action': 'SingleCallByTts', 'x-acs-version': '2017-05-25' }
  const answered = testAnswer(await createTestGateway().app.inject({ method: 'POST', url: '/', headers }))
  expect(answered.json['Code']).toBe('MissingAccessKeyId')
})

it('is not heard twice with the same nonce, nor after V1 used it', async () => {
  const gateway = createTestGateway()
  expect((await ask(gateway)).json['Code']).toBe('OK')
  expect((await ask(gateway)).json['Code']).toBe('SignatureNonceUsed')
  expect((await gateway.ask('SingleCallByTts', call, { nonce: 'nonce-1' })).json['Code']).toBe('SignatureNonceUsed')
})
