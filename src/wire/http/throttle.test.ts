import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { FakeSharedLimits } from '../../../fakes/fake-shared-limits.ts'
import { createTestGateway, testAnswer } from '../../../fakes/test-gateway.ts'
import { silentLog } from '../../lib/log.ts'
import { GatewayError } from '../../operations/gateway-errors.ts'
import { createThrottle, type Throttle } from './throttle.ts'

const operation = { name: 'SingleCallByTts', qps: { account: 100, all: 250 } }
const accountId = '1000000001'

// The library keeps its windows by the timers and the time of the platform.
beforeEach(
  () => void vi.useFakeTimers({ now: Date.UTC(2024, 0, 2, 3, 4, 5), toFake: ['Date', 'setTimeout', 'clearTimeout'] }),
)
afterEach(() => void vi.useRealTimers())

/** Asks so often, at once. @returns how many were admitted, and the errors of the others */
async function admit(throttle: Throttle, count: number, account = accountId, asked: typeof operation = operation) {
  const results = await Promise.allSettled(Array.from({ length: count }, () => throttle.admit(asked, account)))
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  return { admitted: count - errors.length, errors }
}

describe('a node that is alone', () => {
  const alone = (percent = 100) =>
    createThrottle({ percent, shared: undefined, clock: new FakeClock(), log: silentLog })

  it('admits the limit of an account within a second, and says when the next second begins', async () => {
    const throttle = alone()
    const { admitted, errors } = await admit(throttle, 130)
    expect(admitted).toBe(100)
    expect(errors[0]).toBeInstanceOf(GatewayError)
    expect(errors[0]).toMatchObject({ code: 'Throttling.User', status: 400, retryAfterMs: 1000 })
    vi.advanceTimersByTime(400)
    expect((await admit(throttle, 1)).errors[0]).toMatchObject({ retryAfterMs: 600 })
    vi.advanceTimersByTime(600)
    expect((await admit(throttle, 130)).admitted).toBe(100)
  })

  it('admits the limit of all accounts together; who is over his own takes nothing of it', async () => {
    const throttle = alone()
    await admit(throttle, 1000, '1')
    expect((await admit(throttle, 100, '2')).admitted).toBe(100)
    const { admitted, errors } = await admit(throttle, 100, '3')
    expect(admitted).toBe(50)
    expect(errors[0]).toMatchObject({ code: 'Throttling.Api', retryAfterMs: 1000 })
  })

  it('counts each operation by itself', async () => {
    const throttle = alone()
    await admit(throttle, 100)
    expect((await admit(throttle, 10, accountId, { ...operation, name: 'IvrCall' })).admitted).toBe(10)
  })

  it.each([
    [200, 200],
    [50, 50],
    [1, 1],
    [0, 1],
  ])('at %i percent admits %i', async (percent, expected) => {
    expect((await admit(alone(percent), 300)).admitted).toBe(expected)
  })
})

describe('nodes that share a database', () => {
  function nodes(count: number) {
    const clock = new FakeClock()
    const shared = new FakeSharedLimits(clock)
    shared.liveNodes = count
    const throttles = Array.from({ length: count }, () =>
      createThrottle({ percent: 100, shared, clock, log: silentLog }),
    )
    const pass = async (ms: number) => {
      vi.advanceTimersByTime(ms)
      await clock.advance(ms)
    }
    return { shared, throttles, pass }
  }

  it('together admit no more than the limit, and nearly all of it, wherever the requests arrive', async () => {
    for (const spread of [
      [300, 300],
      [600, 0],
      [60, 540],
    ]) {
      const { throttles } = nodes(2)
      const results = await Promise.all(throttles.map((throttle, index) => admit(throttle, spread[index] ?? 0)))
      const admitted = results.reduce((sum, result) => sum + result.admitted, 0)
      expect(admitted).toBeLessThanOrEqual(100)
      expect(admitted).toBeGreaterThanOrEqual(90)
    }
  })

  it('admit as much again in the next second', async () => {
    const { throttles, pass } = nodes(2)
    for (let second = 0; second < 3; second++) {
      const results = await Promise.all(throttles.map((throttle) => admit(throttle, 200)))
      expect(results.reduce((sum, result) => sum + result.admitted, 0)).toBe(100)
      await pass(1000)
    }
  })

  it('ask nobody for the few requests that are their own share', async () => {
    const { shared, throttles, pass } = nodes(2)
    for (let second = 0; second < 5; second++) {
      for (const throttle of throttles) expect((await admit(throttle, 5)).admitted).toBe(5)
      await pass(1000)
    }
    expect(shared.questions).toBe(0)
  })

  it('ask once for a block, and not again in a second in which nothing is left', async () => {
    const { shared, throttles } = nodes(1)
    const [throttle] = throttles
    if (throttle === undefined) throw new Error('there is one node')
    expect((await admit(throttle, 1000)).admitted).toBe(100)
    expect(shared.questions).toBeLessThanOrEqual(2 * 11)
    const before = shared.questions
    const { errors } = await admit(throttle, 1000)
    expect(errors).toHaveLength(1000)
    expect(errors[0]).toMatchObject({ code: 'Throttling.User', retryAfterMs: 1000 })
    expect(shared.questions).toBe(before)
  })

  it('keep to their part of the limit while the database does not answer', async () => {
    const { shared, throttles, pass } = nodes(2)
    shared.failure = new Error('the database is away')
    const [throttle] = throttles
    if (throttle === undefined) throw new Error('there are two nodes')
    let admitted = 0
    for (let tenth = 0; tenth < 10; tenth++) {
      admitted += (await admit(throttle, 100)).admitted
      await pass(100)
    }
    expect(admitted).toBeGreaterThan(30)
    expect(admitted).toBeLessThanOrEqual(50)
  })
})

it('is answered over HTTP with the time to wait in a header', async () => {
  const throttle = createThrottle({ percent: 1, shared: undefined, clock: new FakeClock(), log: silentLog })
  const gateway = createTestGateway({ throttle })
  const query = { CallId: 'x', ProdId: 1, QueryDate: 1704164645000 }
  expect((await gateway.ask('QueryCallDetailByCallId', query)).json['Code']).toBe('isv.BILLID_NOT_EXIST')
  const answering = gateway.app.inject(gateway.signed('QueryCallDetailByCallId', query))
  const response = await answering
  expect(testAnswer(response)).toMatchObject({ status: 400, json: { Code: 'Throttling.User' } })
  expect(response.headers['x-acs-retry-after']).toBe('1000')
})
