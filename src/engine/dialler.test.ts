import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { FakeTrunk } from '../../fakes/fake-trunk.ts'
import { doubleCall } from '../../fakes/live-call-bench.ts'
import { sampleCall } from '../../fakes/sample-call.ts'
import type { Call } from '../domain/call/call.ts'
import { linesOf } from '../domain/script/script.ts'
import { createEventBus } from '../events/event-bus.ts'
import type { CallEnded } from '../events/event-map.ts'
import { silentLog } from '../lib/log.ts'
import { Dialler } from './dialler.ts'
import type { CallQueue } from './ports.ts'

/** A queue in memory that keeps the order it is given. */
class ListQueue implements CallQueue {
  waiting: Call[] = []
  /** What was put back, and when it may be claimed again. */
  putBacks: { callId: string; notBefore: number }[] = []
  /** Calls that were called off while this node had them. */
  calledOff: string[] = []
  /** Wall milliseconds. */
  now: () => number = () => 0
  claims: number[] = []
  failures = 0
  /** Most calls that one `expire` takes. */
  portion = 500
  /** Claims wait for this. */
  claiming: Promise<void> = Promise.resolve()

  async claim(lines: number, allFree = false): Promise<Call[]> {
    if (this.failures > 0) {
      this.failures--
      throw new Error('database is away')
    }
    this.claims.push(lines)
    await this.claiming
    const isDue = (call: Call) =>
      !this.putBacks.some(({ callId, notBefore }) => callId === call.callId && notBefore > this.now())
    const due = this.waiting.filter(isDue)
    let left = lines
    const chosen = due.filter((call, index) => {
      left -= linesOf(call.script)
      return left >= 0 || (index === 0 && allFree)
    })
    this.waiting = this.waiting.filter((call) => !chosen.includes(call))
    return chosen
  }

  async putBack(calls: readonly Call[], notBefore: number): Promise<Call[]> {
    if (this.failures > 0) {
      this.failures--
      throw new Error('database is away')
    }
    const [off, back] = [true, false].map((isOff) => calls.filter((c) => this.calledOff.includes(c.callId) === isOff))
    this.putBacks.push(...(back ?? []).map(({ callId }) => ({ callId, notBefore })))
    this.waiting.unshift(...(back ?? []))
    return off ?? []
  }

  async expire(product: Call['product'], acceptedBefore: number): Promise<Call[]> {
    const isStale = (call: Call) => call.product === product && call.acceptedAt < acceptedBefore
    const stale = this.waiting.filter(isStale).slice(0, this.portion)
    this.waiting = this.waiting.filter((call) => !stale.includes(call))
    return stale
  }
}

function start(
  options: {
    channels?: number
    callsPerSecond?: number
    calls?: Call[]
    portion?: number
    claiming?: Promise<void>
    /** @param ended how many calls have ended */
    isBehind?: (ended: number) => boolean
  } = {},
) {
  const clock = new FakeClock()
  const trunk = new FakeTrunk(options.channels ?? 10)
  const bus = createEventBus()
  const queue = new ListQueue()
  queue.waiting.push(...(options.calls ?? []))
  queue.now = () => clock.now()
  queue.portion = options.portion ?? queue.portion
  queue.claiming = options.claiming ?? queue.claiming
  const ends: CallEnded[] = []
  bus.on('call.ended', (end) => ends.push(end))
  const { isBehind } = options
  const dialler = new Dialler({
    queue,
    trunk,
    bus,
    clock,
    log: silentLog,
    speech: { render: async () => ({ files: ['a.wav'], durationMs: 900 }) },
    maxTalkSeconds: 600,
    callsPerSecond: options.callsPerSecond ?? Number.POSITIVE_INFINITY,
    maxWaitSeconds: { verification: 60 },
    ...(isBehind === undefined ? {} : { isBehind: () => isBehind(ends.length) }),
  })
  dialler.start()
  return { clock, trunk, queue, dialler, ends }
}

const calls = (count: number) =>
  Array.from({ length: count }, (_, index) => sampleCall({ callId: `170416464500^00000000000${index}` }))

/** Codes that have waited for more than a minute when the clock of `start` begins. */
const oldCodes = (count: number) =>
  calls(count).map((call): Call => ({ ...call, product: 'verification', acceptedAt: new FakeClock().now() - 61_000 }))

describe('Dialler', () => {
  it('takes no more calls than there are lines, and goes on when one is free', async () => {
    const { clock, trunk, queue } = start({ channels: 2, calls: calls(3) })
    await clock.advance(0)
    expect(trunk.legs).toHaveLength(2)
    expect(queue.waiting).toHaveLength(1)
    trunk.leg(0).end({ answered: false, outcome: 'busy', sipStatus: 486 })
    await clock.advance(0)
    expect(trunk.legs).toHaveLength(3)
  })

  it('holds the calls per second', async () => {
    const { clock, trunk } = start({ callsPerSecond: 2, calls: calls(6) })
    await clock.advance(0)
    expect(trunk.legs).toHaveLength(2)
    await clock.advance(1000)
    expect(trunk.legs).toHaveLength(4)
    await clock.advance(1000)
    expect(trunk.legs).toHaveLength(6)
  })

  it('finds calls that other nodes accepted within a second, without being woken', async () => {
    const { clock, trunk, queue } = start()
    await clock.advance(10)
    queue.waiting.push(sampleCall())
    await clock.advance(1000)
    expect(trunk.legs).toHaveLength(1)
  })

  it('a verification code that found no line for a minute ends unrung', async () => {
    const clock = new FakeClock()
    const code = sampleCall({ product: 'verification', acceptedAt: clock.now() })
    const { clock: running, trunk, ends } = start({ channels: 0, calls: [code] })
    await running.advance(59_000)
    expect(ends).toHaveLength(0)
    await running.advance(3000)
    expect(ends).toMatchObject([{ outcome: 'overConcurrency' }])
    expect(trunk.legs).toHaveLength(0)
  })

  it('dials no code that is too old, however many have waited while no node ran', async () => {
    const { clock, trunk, ends } = start({ calls: [...oldCodes(9), sampleCall({ callId: 'new' })], portion: 2 })
    await clock.advance(10)
    expect(ends).toHaveLength(9)
    expect(trunk.legs.map((leg) => leg.request.callId)).toEqual(['new'])
  })

  it('ends what is too old no faster than records are written', async () => {
    let written = 0
    const { clock, trunk, ends } = start({ calls: oldCodes(9), portion: 2, isBehind: (ended) => ended >= written + 4 })
    await clock.advance(500)
    expect(ends).toHaveLength(4)
    written = 4
    await clock.advance(500)
    expect(ends).toHaveLength(8)
    expect(trunk.legs).toHaveLength(0)
  })

  it('goes on when the database comes back', async () => {
    const { clock, trunk, queue, dialler } = start()
    await clock.advance(10)
    queue.failures = 2
    queue.waiting.push(sampleCall())
    dialler.wake()
    await clock.advance(3000)
    expect(trunk.legs).toHaveLength(1)
  })

  it('takes nothing while records are behind', async () => {
    let behind = true
    const { clock, trunk } = start({ calls: calls(1), isBehind: () => behind })
    await clock.advance(500)
    expect(trunk.legs).toHaveLength(0)
    behind = false
    await clock.advance(100)
    expect(trunk.legs).toHaveLength(1)
  })

  it('drains: takes nothing new, waits for live calls, then hangs them up', async () => {
    const { clock, trunk, queue, dialler, ends } = start({ calls: calls(1) })
    await clock.advance(0)
    trunk.leg().answer()
    let drained = false
    const draining = dialler.drain(20_000).then(() => {
      drained = true
    })
    queue.waiting.push(sampleCall({ callId: 'late' }))
    dialler.wake()
    await clock.advance(19_000)
    expect(drained).toBe(false)
    await clock.advance(2000)
    await draining
    expect(trunk.legs).toHaveLength(1)
    expect(ends).toHaveLength(1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('drains: what a slow database hands out when patience is over is ended, not dialled', async () => {
    let handOut = () => {}
    const claiming = new Promise<void>((resolve) => (handOut = resolve))
    const { clock, trunk, dialler, ends } = start({ calls: calls(2), claiming })
    await clock.advance(10)
    const draining = dialler.drain(1000)
    await clock.advance(2000)
    handOut()
    await draining
    expect(trunk.legs).toHaveLength(0)
    expect(ends).toMatchObject([{ outcome: 'systemError' }, { outcome: 'systemError' }])
    expect(clock.pendingTimers).toBe(0)
  })

  it('keeps two lines for a double call, from its claim to its end', async () => {
    const double = doubleCall({}, { callId: 'double' })
    const { clock, trunk, queue } = start({ channels: 3, calls: [double, ...calls(3)] })
    await clock.advance(0)
    const [caller] = trunk.legs.filter((leg) => leg.request.callId === 'double')
    expect(trunk.legs).toHaveLength(2)
    expect(queue.waiting).toHaveLength(2)
    caller?.answer()
    await clock.advance(1000)
    expect(trunk.legs).toHaveLength(3)
    expect(trunk.leg(2).request).toMatchObject({ callId: 'double', to: '13800000000' })
    caller?.end({ answered: true, by: 'callee' })
    await clock.advance(0)
    expect(trunk.legs).toHaveLength(5)
    expect(queue.waiting).toEqual([])
  })

  it('lets nothing pass a double call that waits for its second line', async () => {
    const double = doubleCall({}, { callId: 'double' })
    const { clock, trunk } = start({ channels: 2, calls: [sampleCall(), double, ...calls(2)] })
    await clock.advance(2000)
    expect(trunk.legs).toHaveLength(1)
    trunk.leg(0).end({ answered: false, outcome: 'busy' })
    await clock.advance(0)
    expect(trunk.legs.map((leg) => leg.request.callId)).toEqual([sampleCall().callId, 'double'])
  })

  it('lets others pass a double call for which the trunk will never have two lines, and dials it never', async () => {
    const double = doubleCall({}, { callId: 'double' })
    const { clock, trunk, ends, queue } = start({ channels: 1, calls: [double, sampleCall()] })
    await clock.advance(100)
    expect(trunk.legs.map((leg) => leg.request.callId)).toEqual([sampleCall().callId])
    trunk.leg(0).end({ answered: false, outcome: 'busy' })
    await clock.advance(3000)
    expect(trunk.legs).toHaveLength(1)
    expect(ends).toHaveLength(1)
    expect(queue.putBacks.length).toBeGreaterThan(1)
  })

  it('puts back what no trunk has a line for, tells nobody, and tries it again after a moment', async () => {
    const { clock, trunk, queue, ends } = start({ calls: calls(1) })
    let lines: 'free' | 'full' | 'forbidden' = 'full'
    trunk.linesFor = () => lines
    await clock.advance(0)
    expect(queue.waiting).toHaveLength(1)
    lines = 'free'
    await clock.advance(900)
    expect(trunk.legs).toHaveLength(0)
    await clock.advance(1100)
    expect(trunk.legs).toHaveLength(1)
    expect(ends).toEqual([])
  })

  it('ends as restricted what no trunk may carry', async () => {
    const { clock, trunk, ends } = start({ calls: calls(1) })
    trunk.linesFor = () => 'forbidden'
    await clock.advance(0)
    expect(ends).toMatchObject([{ outcome: 'restricted' }])
    expect(trunk.legs).toHaveLength(0)
  })

  it('keeps trying to put a call back while the store is away, and ends it when it was called off meanwhile', async () => {
    const { clock, trunk, queue, ends } = start({ calls: calls(1) })
    trunk.linesFor = () => 'full'
    queue.claiming = Promise.resolve().then(() => {
      queue.failures = 2
    })
    await clock.advance(0)
    queue.calledOff = calls(1).map(({ callId }) => callId)
    await clock.advance(3000)
    expect(ends).toMatchObject([{ outcome: 'cancelled' }])
    expect(queue.waiting).toEqual([])
  })

  it('does not dial a call that was called off while its claim was on its way', async () => {
    let handOut = () => {}
    const claiming = new Promise<void>((resolve) => (handOut = resolve))
    const { clock, trunk, dialler, ends } = start({ calls: calls(2), claiming })
    await clock.advance(10)
    dialler.callOff(calls(1)[0]?.callId ?? '')
    handOut()
    await clock.advance(0)
    expect(ends).toMatchObject([{ outcome: 'cancelled' }])
    expect(trunk.legs).toHaveLength(1)
  })

  it('hangs up a call on the line that is called off', async () => {
    const { clock, trunk, dialler, ends } = start({ calls: calls(1) })
    await clock.advance(0)
    trunk.leg().answer()
    dialler.callOff(trunk.leg().request.callId)
    await clock.advance(0)
    expect(ends).toMatchObject([{ outcome: 'cancelled' }])
  })
})
