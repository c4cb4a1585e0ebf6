import type { Call } from '../src/domain/call/call.ts'
import { linesOf } from '../src/domain/script/script.ts'
import { Dialler } from '../src/engine/dialler.ts'
import type { CallQueue } from '../src/engine/ports.ts'
import { createEventBus } from '../src/events/event-bus.ts'
import type { CallEnded } from '../src/events/event-map.ts'
import { silentLog } from '../src/lib/log.ts'
import { FakeClock } from './fake-clock.ts'
import { FakeTrunk } from './fake-trunk.ts'
import { sampleCall } from './sample-call.ts'

/** A queue in memory that keeps the order it is given. */
export class ListQueue implements CallQueue {
  waiting: Call[] = []
  /** What was put back, and when it may be claimed again. */
  putBacks: { callId: string; notBefore: number }[] = []
  /** How often calls were put back. */
  statements = 0
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

  async putBack(returned: readonly { call: Call; notBefore: number }[]): Promise<Call[]> {
    if (this.failures > 0) {
      this.failures--
      throw new Error('database is away')
    }
    this.statements++
    const isOff = ({ call }: { call: Call }) => this.calledOff.includes(call.callId)
    const back = returned.filter((one) => !isOff(one))
    this.putBacks.push(...back.map(({ call, notBefore }) => ({ callId: call.callId, notBefore })))
    this.waiting.unshift(...back.map(({ call }) => call))
    return returned.filter(isOff).map(({ call }) => call)
  }

  async expire(product: Call['product'], acceptedBefore: number): Promise<Call[]> {
    const isStale = (call: Call) => call.product === product && call.acceptedAt < acceptedBefore
    const stale = this.waiting.filter(isStale).slice(0, this.portion)
    this.waiting = this.waiting.filter((call) => !stale.includes(call))
    return stale
  }
}

/** A dialler that has begun, on a clock that stands still. */
export function startDialler(
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

/** So many notifications. */
export const callsWaiting = (count: number) =>
  Array.from({ length: count }, (_, index) => sampleCall({ callId: `170416464500^00000000000${index}` }))

/** Codes that have waited for more than a minute when the clock of `start` begins. */
export const oldCodes = (count: number) =>
  callsWaiting(count).map(
    (call): Call => ({ ...call, product: 'verification', acceptedAt: new FakeClock().now() - 61_000 }),
  )
