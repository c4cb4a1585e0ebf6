import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'

const dayMs = 86_400_000

describe('a timer of the machine', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('waits for months, although the machine counts to 25 days', () => {
    const task = vi.fn()
    systemClock.after(60 * dayMs, task)
    vi.advanceTimersByTime(60 * dayMs - 1)
    expect(task).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(task).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is called off at any time', () => {
    const task = vi.fn()
    const timer = systemClock.after(60 * dayMs, task)
    vi.advanceTimersByTime(50 * dayMs)
    timer.cancel()
    timer.cancel()
    expect(vi.getTimerCount()).toBe(0)
  })
})
