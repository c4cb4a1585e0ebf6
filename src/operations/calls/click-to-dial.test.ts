import { describe, expect, it } from 'vitest'
import { MemoryPorts } from '../../../fakes/memory-ports.ts'
import { createTestGateway } from '../../../fakes/test-gateway.ts'

const other = '057128880002'
const asked = {
  CallerNumber: '13900000000',
  CalledNumber: '+86 138-0000-0000',
  CallerShowNumber: '0571-28880000',
  CalledShowNumber: other,
}

function gatewayWith(options: Parameters<typeof createTestGateway>[0] = {}) {
  const ports = options?.ports ?? new MemoryPorts()
  ports.numbers.push(['1000000001', other])
  return createTestGateway({ ...options, ports })
}

describe('ClickToDial', () => {
  it('stores a call to the caller whose script is the bridge to the callee', async () => {
    const gateway = gatewayWith()
    const { json } = await gateway.ask('ClickToDial', { ...asked, SessionTimeout: 60, RecordFlag: 'True', OutId: 'o' })
    expect(json['Code']).toBe('OK')
    expect(gateway.ports.accepted[0]?.call).toEqual({
      callId: json['CallId'],
      accountId: '1000000001',
      operation: 'ClickToDial',
      product: 'doubleCall',
      calledNumber: '13900000000',
      showNumber: '057128880000',
      outId: 'o',
      acceptedAt: gateway.clock.now(),
      script: { steps: [{ do: 'bridge', to: '13800000000', show: other, maxSeconds: 60, record: true }] },
    })
  })

  it('works in public mode, without a limit, without a recording; what asks for live text changes nothing', async () => {
    const gateway = gatewayWith()
    const { CallerNumber, CalledNumber } = asked
    const live = { AsrFlag: true, AsrModelId: 'm' }
    expect((await gateway.ask('ClickToDial', { CallerNumber, CalledNumber, ...live })).json['Code']).toBe('OK')
    expect(gateway.ports.accepted[0]?.call).toMatchObject({
      showNumber: '',
      script: { steps: [{ do: 'bridge', to: '13800000000', show: '', record: false }] },
    })
  })

  it.each([
    ['isv.DISPLAY_NUMBER_ILLEGAL', { CallerShowNumber: '057128880009' }, 'CallerShowNumber'],
    ['isv.DISPLAY_NUMBER_ILLEGAL', { CalledShowNumber: '057128880009' }, 'CalledShowNumber'],
    ['isv.MOBILE_NUMBER_ILLEGAL', { CallerNumber: '12345' }, 'CallerNumber'],
    ['isv.MOBILE_NUMBER_ILLEGAL', { CalledNumber: '12345' }, 'CalledNumber'],
    ['isv.MOBILE_NUMBER_ILLEGAL', { CalledNumber: '+86 139-0000-0000' }, 'same number'],
  ])('%s for %o', async (code, change, words) => {
    const gateway = gatewayWith()
    const { status, json } = await gateway.ask('ClickToDial', { ...asked, ...change })
    expect([status, json['Code']]).toEqual([200, code])
    expect(json['Message']).toContain(words)
    expect(gateway.ports.accepted).toEqual([])
  })

  it.each([
    ['MissingCallerNumber', { CallerNumber: '' }],
    ['MissingCalledNumber', { CalledNumber: '' }],
    ['InvalidSessionTimeout', { SessionTimeout: 0 }],
    ['InvalidRecordFlag', { RecordFlag: 'yes' }],
  ])('%s for %o', async (code, change) => {
    const { status, json } = await gatewayWith().ask('ClickToDial', { ...asked, ...change })
    expect([status, json['Code']]).toEqual([400, code])
  })

  it('isv.OUT_OF_SERVICE for a suspended account', async () => {
    const ports = new MemoryPorts({ accounts: [{ accountId: '1000000001', name: 'x', state: 'outOfService' }] })
    expect((await gatewayWith({ ports }).ask('ClickToDial', asked)).json['Code']).toBe('isv.OUT_OF_SERVICE')
  })

  it('holds the price of both legs', async () => {
    const gateway = gatewayWith({ settings: { frequency: undefined, heldMinutes: 2 } })
    gateway.ports.pricesE4.set('doubleCall', 500)
    gateway.ports.balanceE4 = 2500
    expect((await gateway.ask('ClickToDial', asked)).json['Code']).toBe('OK')
    expect(gateway.ports.accepted[0]?.guard.price).toEqual({ perMinuteE4: 500, heldE4: 2000 })
    expect((await gateway.ask('ClickToDial', asked)).json['Code']).toBe('isv.AMOUNT_NOT_ENOUGH')
  })

  it('holds the frequency of both numbers, in either role', async () => {
    const gateway = gatewayWith({ settings: { frequency: { perMinute: 1, perHour: 5, perDay: 20 } } })
    expect((await gateway.ask('ClickToDial', asked)).json['Code']).toBe('OK')
    const third = '13700000000'
    const sameCallee = { ...asked, CallerNumber: third }
    const turned = { ...asked, CallerNumber: asked.CalledNumber, CalledNumber: third }
    for (const again of [sameCallee, turned]) {
      expect((await gateway.ask('ClickToDial', again)).json['Code']).toBe('isv.BUSINESS_LIMIT_CONTROL')
    }
  })
})
