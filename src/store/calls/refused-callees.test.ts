import { describe, expect, it } from 'vitest'
import { RefusedCallees } from './refused-callees.ts'

const refusal = { nextAt: 1000, limit: 'perMinute' } as const

describe('RefusedCallees', () => {
  it('remembers a refusal until the callee may be called again', () => {
    const refused = new RefusedCallees()
    refused.remember('callee', refusal)
    expect(refused.refusal('callee', 999)).toEqual(refusal)
    expect(refused.refusal('callee', 1000)).toBeUndefined()
    expect(refused.refusal('other', 0)).toBeUndefined()
  })

  it('keeps the same callee under other limits apart', () => {
    const strict = RefusedCallees.keyOf('callee', { perMinute: 1, perHour: 5, perDay: 20 })
    const loose = RefusedCallees.keyOf('callee', { perMinute: 2, perHour: 5, perDay: 20 })
    expect(strict).not.toBe(loose)
  })

  it('forgets the oldest when it is full', () => {
    const refused = new RefusedCallees()
    for (let index = 0; index <= 20_000; index++) refused.remember(`callee ${index}`, refusal)
    expect(refused.refusal('callee 0', 0)).toBeUndefined()
    expect(refused.refusal('callee 1', 0)).toEqual(refusal)
  })
})
