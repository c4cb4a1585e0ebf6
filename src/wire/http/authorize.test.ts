import { describe, expect, it } from 'vitest'
import { MemoryPorts, type MemoryPortsContent } from '../../../fakes/memory-ports.ts'
import { createTestGateway } from '../../../fakes/test-gateway.ts'
import type { AccountState } from '../../domain/account/account.ts'
import type { Statement } from '../../domain/policy/policy.ts'

const accountId = '1000000001'
const call = { CalledNumber: '13900000000', TtsCode: 'TTS_10001', TtsParam: '{"code":"1234"}' }
const userKey = { accessKeyId: 'userId', secret: 'userSecret' }
const allow = (...actions: string[]): Statement => ({ effect: 'Allow', actions, resources: ['*'] })
const deny = (...actions: string[]): Statement => ({ effect: 'Deny', actions, resources: ['*'] })

function gatewayWith(content: MemoryPortsContent) {
  return createTestGateway({ ports: new MemoryPorts(content) })
}

/** A gateway whose account has a user with these statements, and his key. */
function gatewayOfUser(...statements: Statement[]) {
  return gatewayWith({
    users: [{ accountId, userName: 'ann', statements }],
    accessKeys: [{ ...userKey, accountId, userName: 'ann', enabled: true }],
  })
}

describe('the key of a user', () => {
  it('does what a policy allows', async () => {
    const gateway = gatewayOfUser(allow('dyvms:SingleCallBy*'))
    expect((await gateway.ask('SingleCallByTts', call, userKey)).json['Code']).toBe('OK')
  })

  it('is refused everything before a policy allows it, in the shape of the operation', async () => {
    const gateway = gatewayOfUser()
    const { status, json } = await gateway.ask('SingleCallByTts', call, userKey)
    expect({ status, json }).toEqual({
      status: 200,
      json: { Code: 'isp.RAM_PERMISSION_DENY', Message: expect.any(String), RequestId: expect.any(String) },
    })
    expect(gateway.ports.accepted).toEqual([])
  })

  it('is refused what a policy denies, whatever another one allows', async () => {
    const gateway = gatewayOfUser(allow('*'), deny('dyvms:SingleCallByTts'))
    expect((await gateway.ask('SingleCallByTts', call, userKey)).json['Code']).toBe('isp.RAM_PERMISSION_DENY')
    const voice = { CalledNumber: '13900000000', VoiceCode: 'hello.wav' }
    expect((await gateway.ask('SingleCallByVoice', voice, userKey)).json['Code']).toBe('OK')
  })

  it('gets no token for the receipts without permission: an error of the gateway', async () => {
    const gateway = gatewayOfUser(allow('dyvms:Single*'))
    const { status, json } = await gateway.ask('QueryTokenForMnsQueue', { MessageType: 'VoiceReport' }, userKey)
    expect({ status, code: json['Code'], host: json['HostId'] }).toEqual({
      status: 403,
      code: 'Forbidden.RAM',
      host: expect.any(String),
    })
  })

  it('of a user who is gone may do nothing', async () => {
    const gateway = gatewayOfUser(allow('*'))
    gateway.ports.users.splice(0)
    expect((await gateway.ask('SingleCallByTts', call, userKey)).json['Code']).toBe('isp.RAM_PERMISSION_DENY')
  })
})

describe('an account', () => {
  const states: [AccountState, calls: string, queries: string][] = [
    ['normal', 'OK', 'isv.BILLID_NOT_EXIST'],
    ['outOfService', 'isv.OUT_OF_SERVICE', 'isv.BILLID_NOT_EXIST'],
    ['abnormal', 'isv.ACCOUNT_ABNORMAL', 'isv.ACCOUNT_ABNORMAL'],
    ['productNotActivated', 'isv.PRODUCT_UNSUBSCRIBE', 'isv.PRODUCT_UNSUBSCRIBE'],
    ['familyNotActivated', 'isv.PRODUCT_UN_SUBSCRIPT', 'isv.PRODUCT_UN_SUBSCRIPT'],
    ['deleted', 'isv.ACCOUNT_NOT_EXISTS', 'isv.ACCOUNT_NOT_EXISTS'],
  ]
  it.each(states)('that is %s gets %s for calls and %s for queries', async (state, calls, queries) => {
    const gateway = gatewayWith({ accounts: [{ accountId, name: 'x', state }] })
    expect((await gateway.ask('SingleCallByTts', call)).json['Code']).toBe(calls)
    const query = { CallId: '100000000000^100000000000', ProdId: 11010000138001, QueryDate: gateway.clock.now() }
    expect((await gateway.ask('QueryCallDetailByCallId', query)).json['Code']).toBe(queries)
  })
})
