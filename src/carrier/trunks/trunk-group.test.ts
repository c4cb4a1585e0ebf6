import { describe, expect, it } from 'vitest'
import { trunkBench } from '../../../fakes/trunk-bench.ts'

const settled = async (bench: ReturnType<typeof trunkBench>) => {
  await bench.clock.advance(0)
  return bench
}
const two = () => settled(trunkBench([{ name: 'one' }, { name: 'two' }]))

describe('failover', () => {
  it.each([500, 502, 503, 504, 403, 407])(
    'a trunk that answers %i before anything rang is followed by the next',
    async (status) => {
      const { dial, hop, tried } = await two()
      const { news } = dial()
      hop(0).trying()
      hop(0).refuse(status)
      hop(1).ring()
      hop(1).answer()
      hop(1).hangUp()
      expect(tried()).toEqual(['one.example', 'two.example'])
      expect(news).toEqual(['ringing', 'answered', 'hung up by callee'])
    },
  )

  it.each([486, 480, 603, 404, 408])('%i is what the callee said, on every trunk', async (status) => {
    const { dial, hop, tried } = await two()
    dial()
    hop(0).refuse(status)
    expect(tried()).toEqual(['one.example'])
  })

  it.each([180, 183])('after %i no other phone is rung, whatever comes', async (status) => {
    const { dial, hop, tried } = await two()
    const { news } = dial()
    hop(0).ring(status)
    hop(0).refuse(503)
    expect(tried()).toEqual(['one.example'])
    expect(news.at(-1)).toBe('unreachable 503')
  })

  it('a silent next hop is given up after its patience; what it says later reaches nobody', async () => {
    const { clock, dial, hop, tried } = await two()
    const { news } = dial()
    await clock.advance(5999)
    expect(tried()).toEqual(['one.example'])
    await clock.advance(1)
    expect(tried()).toEqual(['one.example', 'two.example'])
    expect(hop(0).isOver()).toBe(true)
    hop(1).ring()
    hop(1).refuse(486)
    expect(news).toEqual(['ringing', 'busy 486'])
  })

  it('a 100 Trying is a sign', async () => {
    const { clock, dial, hop, tried } = await two()
    dial()
    hop(0).trying()
    await clock.advance(30_000)
    expect(tried()).toEqual(['one.example'])
  })

  it('tells the last failure when nothing is left', async () => {
    const { dial, hop } = await two()
    const { news } = dial()
    hop(0).refuse(503)
    hop(1).break('connection refused')
    expect(news).toEqual(['unreachable'])
  })

  it('tries every address of a trunk after 503 and silence, and the next trunk after 500', async () => {
    const bench = trunkBench([{ name: 'one' }, { name: 'two' }], {
      addresses: async ({ name }) => (name === 'one' ? ['192.0.2.1', '192.0.2.2', '192.0.2.3'] : ['192.0.2.9']),
    })
    const { clock, dial, hop, tried } = await settled(bench)
    dial()
    hop(0).refuse(503)
    await clock.advance(6000)
    hop(2).refuse(500)
    expect(tried()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.9'])
    expect(bench.group.reports()[0]?.health).toBe('unknown')
  })

  it('another address is not tried above the cap of its trunk', async () => {
    const bench = trunkBench([{ name: 'one', channels: 1 }, { name: 'two' }], {
      addresses: async ({ name }) => (name === 'one' ? ['192.0.2.1', '192.0.2.2'] : ['192.0.2.9']),
    })
    const { clock, agent, dial, tried } = await settled(bench)
    dial()
    // Its answers are lost, or it is away: nobody knows, so the call still counts.
    const [silent] = agent.calls
    if (silent !== undefined) silent.hangUp = () => undefined
    await clock.advance(6000)
    expect(tried()).toEqual(['192.0.2.1', '192.0.2.9'])
  })

  it('a hang-up ends it, and nothing else is tried', async () => {
    const { dial, hop, tried } = await two()
    const { leg, news } = dial()
    leg.hangUp()
    expect(hop(0).isOver()).toBe(true)
    expect(tried()).toHaveLength(1)
    expect(news).toEqual(['cancelled 487'])
  })

  it('lines and timers are given back', async () => {
    const { clock, dial, hop, group } = await two()
    dial()
    hop(0).refuse(503)
    hop(1).answer()
    expect(group.reports().map(({ calls }) => calls)).toEqual([0, 1])
    hop(1).hangUp()
    expect(group.reports().map(({ calls }) => calls)).toEqual([0, 0])
    await group.close()
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('lines', () => {
  it('are the sum of what the trunks can take, and full means full', async () => {
    const { dial, group } = await settled(
      trunkBench([
        { name: 'one', channels: 1 },
        { name: 'two', channels: 2 },
      ]),
    )
    expect(group.capacity()).toBe(3)
    const request = { callId: '1^1', to: '13900000000', from: '' }
    expect(group.linesFor([request, request, request])).toBe('free')
    expect(group.linesFor([request, request, request, request])).toBe('full')
    for (let call = 0; call < 3; call++) dial()
    expect(group.capacity()).toBe(0)
    expect(group.linesFor([request])).toBe('full')
  })

  it('a destination that no trunk allows is forbidden, even while trunks are full', async () => {
    const { dial, group } = await settled(trunkBench([{ name: 'one', channels: 1, destinations: ['13'] }]))
    dial()
    expect(group.linesFor([{ callId: '1^1', to: '85212345678', from: '' }])).toBe('forbidden')
    expect(group.linesFor([{ callId: '1^1', to: '13900000000', from: '' }])).toBe('full')
  })

  it('without any trunk a call is told so', async () => {
    const { clock, dial, group } = trunkBench([])
    expect(group.capacity()).toBe(1)
    expect(group.linesFor([{ callId: '1^1', to: '13900000000', from: '' }])).toBe('forbidden')
    const { news } = dial()
    await clock.advance(0)
    expect(news).toEqual(['restricted'])
  })

  it('come back each second when calls per second are what holds them, and somebody is told', async () => {
    const { clock, dial, hop, group } = await settled(trunkBench([{ name: 'one', callsPerSecond: 2 }]))
    const told: number[] = []
    group.onRoom(() => told.push(group.capacity()))
    dial()
    dial()
    expect(group.capacity()).toBe(0)
    hop(0).trying()
    await clock.advance(999)
    expect(group.capacity()).toBe(0)
    await clock.advance(1)
    expect(told.at(-1)).toBe(2)
  })

  it('are free for both legs of a double call as far as channels go: the second waits for its second', async () => {
    const request = { callId: '1^1', to: '13900000000', from: '' }
    const { clock, dial, group } = await settled(trunkBench([{ name: 'one', channels: 2, callsPerSecond: 1 }]))
    expect(group.linesFor([request, request])).toBe('free')
    expect(group.linesFor([request, request, request])).toBe('full')
    dial()
    expect(group.linesFor([request])).toBe('full')
    await clock.advance(1000)
    expect(group.linesFor([request])).toBe('free')
    expect(group.linesFor([request, request])).toBe('full')
  })

  it('are none while no trunk is up: the queue keeps its calls', async () => {
    const bench = trunkBench([{ name: 'one', pingSeconds: 30 }])
    bench.agent.statuses.set('one.example', 503)
    await bench.clock.advance(0)
    expect(bench.group.capacity()).toBe(0)
    bench.agent.statuses.set('one.example', 405)
    await bench.clock.advance(1000)
    expect(bench.group.capacity()).toBe(30)
  })

  it('a dead carrier gets three calls, then one after each rest', async () => {
    const { clock, dial, hop, group } = await settled(trunkBench([{ name: 'one' }]))
    for (let call = 0; call < 3; call++) {
      dial()
      hop(call).refuse(500)
    }
    expect(group.capacity()).toBe(0)
    await clock.advance(5000)
    expect(group.capacity()).toBe(1)
    dial()
    expect(group.capacity()).toBe(0)
    hop(3).ring()
    expect(group.capacity()).toBe(29)
  })

  it('500 counts against a trunk, however many addresses it has', async () => {
    const bench = trunkBench([{ name: 'one' }], { addresses: async () => ['192.0.2.1', '192.0.2.2'] })
    const { dial, hop, group } = await settled(bench)
    for (let call = 0; call < 3; call++) {
      dial()
      hop(call).refuse(500)
    }
    expect(group.reports()[0]?.health).toBe('resting')
  })

  it('a try that its caller gives up leaves the next call to try', async () => {
    const { clock, dial, hop, group } = await settled(trunkBench([{ name: 'one' }]))
    for (let call = 0; call < 3; call++) {
      dial()
      hop(call).refuse(500)
    }
    await clock.advance(5000)
    dial().leg.hangUp()
    expect(group.capacity()).toBe(1)
  })

  it('a Retry-After is kept', async () => {
    const { clock, dial, hop, group } = await settled(trunkBench([{ name: 'one' }]))
    dial()
    hop(0).refuse(503, 30)
    await clock.advance(29_000)
    expect(group.capacity()).toBe(0)
    await clock.advance(1000)
    expect(group.capacity()).toBe(1)
  })
})

describe('the INVITE', () => {
  it('is written as the trunk wants it', async () => {
    const profile = {
      name: 'one',
      calledForm: 'e164',
      ownNumber: '057128880000',
      shownForm: 'e164',
      fromDomain: 'ims.example',
      assertedIdentity: 'own',
      username: 'u',
      password: 'p',
      reliableProvisional: 'required',
      sessionSeconds: 600,
    } as const
    const { dial, hop } = await settled(trunkBench([profile]))
    dial('13900000000', '95588')
    expect(hop(0).request).toMatchObject({
      target: { host: 'one.example', user: '+8613900000000' },
      to: { user: '+8613900000000' },
      from: { user: '95588', host: 'ims.example' },
      headers: [['p-asserted-identity', '<sip:+8657128880000@ims.example>']],
      credentials: { username: 'u', password: 'p' },
      reliableProvisional: 'required',
      sessionExpiresSeconds: 600,
    })
  })
})
