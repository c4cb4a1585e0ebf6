import { describe, expect, it } from 'vitest'
import { createTestGateway, type TestGateway, testAnswer } from '../../../fakes/test-gateway.ts'
import type { Grant } from '../../domain/account/temporary-key.ts'
import { writeTimestamp } from '../signature/timestamp.ts'

const single = 'SingleCallByTts'
const call = { CalledNumber: '13900000000', TtsCode: 'TTS_10001', TtsParam: '{"code":"1234"}' }
const hourMs = 3_600_000

function grantOf(gateway: TestGateway, more: Partial<Grant> = {}): Grant {
  return { accountId: '1000000001', expiresAt: gateway.clock.now() + hourMs, ...more }
}

describe('a temporary key', () => {
  const issue = (gateway: TestGateway, more: Partial<Grant> = {}) =>
    gateway.ports.temporaryKeys.issueKey(grantOf(gateway, more))

  it('signs like any other, with its token', async () => {
    const gateway = createTestGateway()
    const { json } = await gateway.ask(single, call, issue(gateway))
    expect(json['Code']).toBe('OK')
    expect(gateway.ports.accepted[0]?.call.accountId).toBe('1000000001')
  })

  it.each([
    ['MissingSecurityToken', { securityToken: '' }],
    ['InvalidSecurityToken.Malformed', { securityToken: 'v1.abc.def' }],
    ['InvalidSecurityToken.MismatchWithAccessKey', { accessKeyId: 'STS.another' }],
    ['InvalidSecurityToken.MismatchWithAccessKey', { accessKeyId: 'testId', secret: 'testSecret' }],
    ['InvalidAccessKeyId.NotFound', { accessKeyId: 'nobody' }],
    ['SignatureDoesNotMatch', { secret: 'wrong' }],
  ])('is refused with %s for %o', async (code, changes) => {
    const gateway = createTestGateway()
    const { status, json } = await gateway.ask(single, call, { ...issue(gateway), ...changes })
    expect(json['Code']).toBe(code)
    expect(status).toBe(code === 'InvalidAccessKeyId.NotFound' ? 404 : 400)
  })

  it('is refused with InvalidSecurityToken.Expired from its end on, and only to who holds its secret', async () => {
    const gateway = createTestGateway()
    const key = issue(gateway)
    await gateway.clock.advance(hourMs - 1)
    expect((await gateway.ask(single, call, key)).json['Code']).toBe('OK')
    await gateway.clock.advance(1)
    expect((await gateway.ask(single, call, key)).json['Code']).toBe('InvalidSecurityToken.Expired')
    expect((await gateway.ask(single, call, { ...key, secret: 'x' })).json['Code']).toBe('SignatureDoesNotMatch')
  })

  it('is refused when a single character of its token was changed', async () => {
    const gateway = createTestGateway()
    const key = issue(gateway)
    for (let at = 0; at < key.securityToken.length; at++) {
      const other = key.securityToken[at] === 'A' ? 'B' : 'A'
      const securityToken = key.securityToken.slice(0, at) + other + key.securityToken.slice(at + 1)
      expect((await gateway.ask(single, call, { ...key, securityToken })).json['Code']).not.toBe('OK')
    }
    expect(gateway.ports.accepted).toEqual([])
  })

  it('may do what the policies of its user allow', async () => {
    const gateway = createTestGateway()
    const key = issue(gateway, { userName: 'anna' })
    expect((await gateway.ask(single, call, key)).json['Code']).toBe('isp.RAM_PERMISSION_DENY')
  })
})

describe('a bearer token', () => {
  const issue = (gateway: TestGateway, more: Partial<Grant> = {}) =>
    gateway.ports.temporaryKeys.issueBearer(grantOf(gateway, more), gateway.clock.now())

  const dresses = {
    async V1(gateway: TestGateway, token: string, nonce = 'n1') {
      const common = { Action: single, Version: '2017-05-25', Format: 'json', SignatureType: 'BEARERTOKEN' }
      const times = { Timestamp: writeTimestamp(gateway.clock.now()), SignatureNonce: nonce }
      const query = new URLSearchParams({ ...call, ...common, ...times, BearerToken: token })
      return testAnswer(
        await gateway.app.inject({ method: 'POST', url: `/?${query.toString().replaceAll('+', '%20')}` }),
      )
    },
    async V3(gateway: TestGateway, token: string, nonce = 'n1') {
      const query = new URLSearchParams({ ...call, SignatureType: 'BEARERTOKEN' })
      const headers = {
        'x-acs-action': single,
        'x-acs-version': '2017-05-25',
        'x-acs-date': writeTimestamp(gateway.clock.now()),
        'x-acs-signature-nonce': nonce,
        'x-acs-bearer-token': token,
      }
      return testAnswer(await gateway.app.inject({ method: 'POST', url: `/?${query}`, headers }))
    },
  }

  describe.each(['V1', 'V3'] as const)('in the dress of %s', (dress) => {
    const ask = dresses[dress]

    it('is enough to ask', async () => {
      const gateway = createTestGateway()
      expect((await ask(gateway, issue(gateway))).json['Code']).toBe('OK')
      expect(gateway.ports.accepted[0]?.guard.accessKeyId).toMatch(/^bearer\./)
    })

    it('is refused when it is absent, none of ours, changed or over', async () => {
      const gateway = createTestGateway()
      const token = issue(gateway)
      const [head = '', body = '', proof = ''] = token.split('.')
      const richer = Buffer.from(`{"sub":"2","exp":9999999999,"jti":"x"}`).toString('base64url')
      const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
      for (const bad of [
        'x',
        'a.b.c',
        `${head}.${richer}.${proof}`,
        `${head}.${body}.`,
        `${unsigned}.${body}.`,
        `${token}A`,
      ]) {
        const { status, json } = await ask(gateway, bad)
        expect([status, json['Code']]).toEqual([400, 'InvalidBearerToken.Malformed'])
      }
      expect((await ask(gateway, '')).json['Code']).toBe('MissingBearerToken')
      await gateway.clock.advance(hourMs)
      expect((await ask(gateway, token)).json['Code']).toBe('InvalidBearerToken.Expired')
      expect(gateway.ports.accepted).toEqual([])
    })

    it('is not heard twice with the same nonce', async () => {
      const gateway = createTestGateway()
      const token = issue(gateway)
      expect((await ask(gateway, token)).json['Code']).toBe('OK')
      expect((await ask(gateway, token)).json['Code']).toBe('SignatureNonceUsed')
      expect((await ask(gateway, token, 'n2')).json['Code']).toBe('OK')
    })

    it('may do what the policies of its user allow', async () => {
      const gateway = createTestGateway()
      expect((await ask(gateway, issue(gateway, { userName: 'anna' }))).json['Code']).toBe('isp.RAM_PERMISSION_DENY')
    })
  })
})
