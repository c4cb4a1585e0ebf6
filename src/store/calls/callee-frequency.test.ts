import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalAt, spanMs } from './callee-frequency.ts'

const now = 1_700_000_000_000
const documented = { perMinute: 1, perHour: 5, perDay: 20 }

describe('refusalAt', () => {
  it('permits a callee that was never called', () => {
    expect(refusalAt([], documented, now)).toBeUndefined()
  })

  it('refuses the second call within a minute, until the minute is over', () => {
    expect(refusalAt([now - 10_000], documented, now)).toEqual({ nextAt: now + 50_000, limit: 'perMinute' })
    expect(refusalAt([now - 60_000], documented, now)).toBeUndefined()
  })

  it('names the limit that lasts longest', () => {
    const fiveThisHour = [1, 2, 3, 4, 5].map((minutes) => now - minutes * 61_000)
    expect(refusalAt(fiveThisHour, documented, now)).toEqual({
      nextAt: now - 5 * 61_000 + spanMs.perHour,
      limit: 'perHour',
    })
    expect(refusalAt([now, ...fiveThisHour], documented, now)?.limit).toBe('perHour')
  })

  it('agrees with counting the accepts in each span', () => {
    const ages = fc.array(fc.integer({ min: 0, max: 2 * spanMs.perDay }), { maxLength: 30 })
    const limits = fc.record({
      perMinute: fc.integer({ min: 0, max: 4 }),
      perHour: fc.integer({ min: 0, max: 8 }),
      perDay: fc.integer({ min: 0, max: 30 }),
    })
    fc.assert(
      fc.property(ages, limits, (unsorted, frequency) => {
        const recent = unsorted.sort((a, b) => a - b).map((age) => now - age)
        const isFull = (limit: keyof typeof spanMs) =>
          frequency[limit] > 0 && recent.filter((at) => at > now - spanMs[limit]).length >= frequency[limit]
        const refused = isFull('perMinute') || isFull('perHour') || isFull('perDay')
        const refusal = refusalAt(recent, frequency, now)
        expect(refusal !== undefined).toBe(refused)
        if (refusal) expect(refusalAt(recent, frequency, refusal.nextAt)).toBeUndefined()
      }),
    )
  })
})
