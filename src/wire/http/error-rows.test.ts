import type { InjectOptions } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createTestGateway, type TestGateway, testAnswer } from '../../../fakes/test-gateway.ts'
import { GatewayError, type GatewayErrorName, gatewayErrors } from '../../operations/gateway-errors.ts'
import { v1StringToSign } from '../signature/string-to-sign.ts'
import type { Throttle } from './throttle.ts'

const single = 'SingleCallByTts'
const call = { CalledNumber: '13900000000', TtsCode: 'TTS_10001', TtsParam: '{"code":"1234"}' }
const form = 'application/x-www-form-urlencoded'

/** A request that provokes a row: a signed path changed afterwards, or a request of another kind. */
type Provoke = (gateway: TestGateway) => InjectOptions | string

/** The signed request with parameters changed after signing; an empty value removes one. */
function changed(changes: Readonly<Record<string, string>>): Provoke {
  return (gateway) => {
    const query = new URLSearchParams(gateway.signed(single, call).slice(2))
    for (const [name, value] of Object.entries(changes)) value === '' ? query.delete(name) : query.set(name, value)
    return `/?${query.toString().replaceAll('+', '%20')}`
  }
}

function post(payload: string | Buffer, headers: Readonly<Record<string, string>> = {}): Provoke {
  return () => ({ method: 'POST', url: '/?Format=JSON', payload, headers: { 'content-type': form, ...headers } })
}

function v3(headers: Readonly<Record<string, string>>): Provoke {
  return () => {
    const action = { 'x-acs-action': single, 'x-acs-version': '2017-05-25' }
    return { method: 'POST', url: '/', headers: { ...action, ...headers } }
  }
}

function temporary(change: { accessKeyId?: string; securityToken?: string; lifeMs?: number }): Provoke {
  return (gateway) => {
    const { lifeMs = 1000, ...instead } = change
    const grant = { accountId: '1000000001', expiresAt: gateway.clock.now() + lifeMs }
    return gateway.signed(single, call, { ...gateway.ports.temporaryKeys.issueKey(grant), ...instead })
  }
}

function bearer(tokenOf: (gateway: TestGateway) => string): Provoke {
  return (gateway) => {
    const changes = { SignatureType: 'BEARERTOKEN', BearerToken: tokenOf(gateway), Signature: '', AccessKeyId: '' }
    return changed(changes)(gateway)
  }
}

/** Rows that only a broken connection meets: `test/stories/http-broken-requests-are-answered.test.ts`. */
type OnSockets = 'ContentLengthDoesNotMatch' | 'RequestTimeout' | 'InvalidRequest'
const onSockets: readonly string[] = [
  'ContentLengthDoesNotMatch',
  'RequestTimeout',
  'InvalidRequest',
] satisfies OnSockets[]

/** What provokes a row, and the code it is answered with where that is not the row's name. */
interface Provocation {
  readonly by: Provoke
  readonly at?: () => TestGateway
  readonly code?: string
}

const provocations: Readonly<Record<Exclude<GatewayErrorName, OnSockets>, Provocation>> = {
  'Missing{Param}': { by: (gateway) => gateway.signed(single, { TtsCode: 'TTS_10001' }), code: 'MissingCalledNumber' },
  'Invalid{Param}': { by: (gateway) => gateway.signed(single, { ...call, PlayTimes: 4 }), code: 'InvalidPlayTimes' },
  InvalidVersion: { by: changed({ Version: '2014-05-26' }) },
  'InvalidAction.NotFound': { by: changed({ Action: 'DescribeRegions' }) },
  UnsupportedOperation: { by: (gateway) => gateway.signed('SmartCall', {}) },
  UnsupportedHTTPMethod: { by: () => ({ method: 'DELETE', url: '/?Format=JSON' }) },
  'InvalidAccessKeyId.NotFound': { by: changed({ AccessKeyId: 'nobody' }) },
  'InvalidAccessKeyId.Inactive': { by: changed({}), at: () => withKey({ enabled: false }) },
  'Forbidden.RAM': {
    by: (gateway) => gateway.signed('QueryTokenForMnsQueue', { MessageType: 'VoiceReport' }),
    at: () => withKey({ userName: 'anna' }),
  },
  SignatureDoesNotMatch: { by: changed({ CalledNumber: '13900000001' }) },
  IncompleteSignature: { by: v3({ authorization: 'ACS3-HMAC-SHA256 Credential=testId' }) },
  InvalidSignatureMethod: { by: changed({ SignatureMethod: 'SHA256withRSA' }) },
  SignatureNonceUsed: { by: changed({}), at: usedNonce },
  'InvalidTimeStamp.Format': { by: changed({ Timestamp: 'yesterday' }) },
  'InvalidTimeStamp.Expired': { by: changed({ Timestamp: '2024-01-01T00:00:00Z' }) },
  'InvalidSecurityToken.Expired': { by: temporary({ lifeMs: 0 }) },
  'InvalidSecurityToken.Malformed': { by: temporary({ securityToken: 'x' }) },
  'InvalidSecurityToken.MismatchWithAccessKey': { by: temporary({ accessKeyId: 'STS.x' }) },
  'InvalidBearerToken.Malformed': { by: bearer(() => 'x.y.z') },
  'InvalidBearerToken.Expired': {
    by: bearer(({ ports, clock }) =>
      ports.temporaryKeys.issueBearer({ accountId: '1000000001', expiresAt: clock.now() }, clock.now()),
    ),
  },
  'InvalidParameter.Format': { by: changed({ Format: 'YAML' }) },
  'InvalidParameter.Accept': { by: v3({ accept: 'image/png' }) },
  ContentMD5NotMatched: { by: post('a=1', { 'content-md5': 'x' }) },
  'Throttling.User': { by: changed({}), at: () => throttled('Throttling.User') },
  'Throttling.Api': { by: changed({}), at: () => throttled('Throttling.Api') },
  'InvalidParameter.Encoding': { by: () => '/?Format=JSON&Action=%zz' },
  'InvalidParameter.Duplicate': { by: () => '/?Format=JSON&a=1&a=1' },
  'InvalidParameter.TooMany': { by: post(Array.from({ length: 1001 }, (_, index) => `p${index}=`).join('&')) },
  UnsupportedMediaType: { by: post('{}', { 'content-type': 'application/json' }) },
  RequestTooLarge: { by: post(Buffer.alloc(1024 * 1024 + 1, 'a')) },
  ServiceUnavailable: { by: changed({}), at: () => failing(() => true) },
  InternalError: { by: changed({}), at: () => failing(() => false) },
}

function withKey(change: { enabled?: boolean; userName?: string }): TestGateway {
  const key = { accessKeyId: 'testId', accountId: '1000000001', secret: 'testSecret', enabled: true, ...change }
  const gateway = createTestGateway()
  gateway.ports.accessKeys.splice(0, 1, key)
  return gateway
}

/** The nonce of every request there was used before. */
function usedNonce(): TestGateway {
  const gateway = createTestGateway()
  const accept = gateway.ports.calls.accept
  gateway.ports.calls.accept = async (asked, guard) => {
    await accept(asked, guard)
    return accept(asked, guard)
  }
  return gateway
}

function throttled(row: 'Throttling.User' | 'Throttling.Api'): TestGateway {
  const throttle: Throttle = { admit: () => Promise.reject(new GatewayError(row, { retryAfterMs: 250 })) }
  return createTestGateway({ throttle })
}

function failing(isTemporary: () => boolean): TestGateway {
  const gateway = createTestGateway({ isTemporary })
  gateway.ports.calls.accept = () => Promise.reject(new Error('connection refused'))
  return gateway
}

describe('every row of the gateway is answered as it says', () => {
  it.each(Object.entries(gatewayErrors).filter(([row]) => !onSockets.includes(row)))('%s', async (name, row) => {
    const found = Object.entries(provocations).find(([one]) => one === name)?.[1]
    if (found === undefined) throw new Error(`no request provokes ${name}`)
    const gateway = found.at?.() ?? createTestGateway()
    const response = await gateway.app.inject(found.by(gateway))
    const code = found.code ?? name
    const { status, contentType, text, json } = testAnswer(response)
    expect(status).toBe(row.status)
    if (contentType === 'text/xml;charset=utf-8') {
      const fields = ['RequestId', 'HostId', 'Code', 'Message', 'Recommend']
      const pattern = fields.map((field) => `<${field}>([^<]+)</${field}>`).join('')
      expect(text).toMatch(new RegExp(`^<\\?xml version="1.0" encoding="UTF-8"\\?><Error>${pattern}</Error>$`))
      expect(text).toContain(`<Code>${code}</Code>`)
    } else {
      expect(contentType).toBe('application/json;charset=utf-8')
      expect(json).toEqual({
        RequestId: expect.stringMatching(/^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
        HostId: expect.stringMatching(/^[a-z:0-9]+$/),
        Code: code,
        Message: expect.stringContaining(row.message.split('{Param}').at(-1) ?? ''),
        Recommend: `http://${String(json['HostId'])}/errors/${code}`,
      })
    }
    expect(response.headers['x-acs-request-id']).toMatch(/^[0-9A-F-]{36}$/)
    const retryAfter = { 'Throttling.User': '250', 'Throttling.Api': '250', ServiceUnavailable: '1000' }
    expect(response.headers['x-acs-retry-after']).toBe(Object.entries(retryAfter).find(([one]) => one === name)?.[1])
  })
})

describe('the message of SignatureDoesNotMatch is read by every client as it expects', () => {
  const asked = { ...call, TtsParam: '{"code":"a:b c"}' }
  const mismatch = async () => {
    const gateway = createTestGateway()
    const { status, json } = await gateway.ask(single, asked, { secret: 'wrong', nonce: 'n:1' })
    const own = String(gateway.signed(single, asked, { nonce: 'n:1' }))
    const query = new Map([...new URLSearchParams(own.slice(2))])
    return { status, message: String(json['Message']), own: v1StringToSign('GET', query) }
  }

  it.each([
    ['Python: between the first and the second colon', (message: string) => message.split(':')[1]],
    ['Go: after "server string to sign is:"', (message: string) => message.split('server string to sign is:')[1]],
    ['Java: after "string to sign is:"', (message: string) => /string to sign is:(.*)$/s.exec(message)?.[1]],
  ])('%s', async (_, read) => {
    const { status, message, own } = await mismatch()
    expect([status, read(message)]).toEqual([400, own])
  })

  it('PHP: anywhere in it', async () => {
    const { message, own } = await mismatch()
    expect(message).toContain(own)
  })
})
