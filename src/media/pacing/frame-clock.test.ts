import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import { FrameClock, type FrameMember } from './frame-clock.ts'
import { LatenessGauge } from './lateness.ts'

/** Notes when it ticks, and by how many frames. */
function noting(): FrameMember & { ticks: { frames: number; atMs: number }[] } {
  const ticks: { frames: number; atMs: number }[] = []
  return {
    ticks,
    tick: (frames, atMs) => {
      ticks.push({ frames, atMs })
      return 0
    },
  }
}

/** A clock whose timers can be held up, as a busy process holds them up. */
class HeldUpClock implements Clock {
  nowMs = 0
  task: (() => void) | undefined
  dueMs = 0
  now = () => this.nowMs
  monotonicMs = () => this.nowMs
  after(delayMs: number, task: () => void): Timer {
    this.task = task
    this.dueMs = this.nowMs + delayMs
    return {
      cancel: () => {
        this.task = undefined
      },
    }
  }
  runAt(nowMs: number): void {
    this.nowMs = nowMs
    const task = this.task
    this.task = undefined
    task?.()
  }
}

const atOnce = (task: () => void) => task()

describe('the frame clock', () => {
  it('ticks every member once per 20 ms, for as long as it runs', async () => {
    const clock = new FakeClock()
    const frames = new FrameClock(clock)
    const member = noting()
    const seat = frames.add(member)
    await clock.advance(1999)
    expect(member.ticks).toHaveLength(100)
    expect(member.ticks.every(({ frames }, n) => frames === 1 && member.ticks[n]?.atMs === n * 20)).toBe(true)
    seat.leave()
    seat.leave()
    expect(frames.size).toBe(0)
    expect(clock.pendingTimers).toBe(0)
  })

  it('spreads members over the frame', async () => {
    const clock = new FakeClock()
    const frames = new FrameClock(clock)
    const members = Array.from({ length: 20 }, noting)
    for (const member of members) frames.add(member)
    await clock.advance(19)
    const moments = members.map((member) => member.ticks[0]?.atMs)
    expect([...new Set(moments)].sort((a, b) => Number(a) - Number(b))).toEqual([0, 5, 10, 15])
    expect(members.every((member) => member.ticks.length === 1)).toBe(true)
  })

  it('does not drift when its timers are late', () => {
    const clock = new HeldUpClock()
    const frames = new FrameClock(clock, atOnce)
    const member = noting()
    frames.add(member)
    while (clock.nowMs < 10_000) clock.runAt(clock.dueMs + 1.3)
    expect(member.ticks).toHaveLength(501)
    // A timer counts whole milliseconds.
    expect(frames.worstLatenessMs).toBeLessThan(1.3 + 1)
  })

  it('makes up for a short delay frame by frame', () => {
    const clock = new HeldUpClock()
    const frames = new FrameClock(clock, atOnce)
    const member = noting()
    frames.add(member)
    clock.runAt(0)
    clock.runAt(45)
    expect(member.ticks.map((tick) => tick.frames)).toEqual([1, 1, 1])
    expect(frames.worstLatenessMs).toBe(40)
  })

  it('skips what a long delay missed, and tells how much', () => {
    const clock = new HeldUpClock()
    const frames = new FrameClock(clock, atOnce)
    const [one, two] = [noting(), noting()]
    frames.add(one)
    frames.add(two)
    clock.runAt(0)
    clock.runAt(1001)
    while (clock.nowMs < 1110) clock.runAt(clock.dueMs)
    for (const member of [one, two]) {
      expect(member.ticks.filter((tick) => tick.frames > 1)).toHaveLength(1)
      // Every frame of the time that passed is accounted for, once.
      expect(member.ticks.reduce((sum, tick) => sum + tick.frames, 0)).toBe(56)
    }
  })

  it('looks at its input before the next wake when that is due at once', () => {
    const clock = new HeldUpClock()
    const waiting: (() => void)[] = []
    const frames = new FrameClock(clock, (task) => void waiting.push(task))
    const seat = frames.add({
      tick: () => {
        clock.nowMs += 25
        return 0
      },
    })
    clock.runAt(500)
    expect(clock.task).toBeUndefined()
    waiting.shift()?.()
    expect(clock.task).toBeDefined()
    clock.runAt(1000)
    seat.leave()
    waiting.shift()?.()
    expect(clock.task).toBeUndefined()
  })

  it('does not tell a member that rests, unless it is roused', async () => {
    const clock = new FakeClock()
    const frames = new FrameClock(clock)
    const ticks: number[] = []
    const seat = frames.add({
      tick: (_, atMs) => {
        ticks.push(atMs)
        return 4
      },
    })
    await clock.advance(319)
    expect(ticks).toEqual([0, 100, 200, 300])
    seat.rouse()
    await clock.advance(120)
    expect(ticks.slice(4)).toEqual([320, 420])
    seat.leave()
    seat.rouse()
    expect(clock.pendingTimers).toBe(0)
  })

  it('lets members leave, and others come, from within a tick', async () => {
    const clock = new FakeClock()
    const frames = new FrameClock(clock)
    const late = noting()
    const seat = frames.add({
      tick: () => {
        seat.leave()
        frames.add(late)
        return 0
      },
    })
    await clock.advance(100)
    expect(late.ticks.length).toBeGreaterThan(3)
    expect(frames.size).toBe(1)
  })
})

describe('the worst lateness', () => {
  it('is that of the last ten seconds', () => {
    const gauge = new LatenessGauge()
    gauge.note(30, 500)
    gauge.note(5, 1500)
    expect(gauge.worstMs(9000)).toBe(30)
    expect(gauge.worstMs(10_100)).toBe(5)
    expect(gauge.worstMs(60_000)).toBe(0)
  })
})
