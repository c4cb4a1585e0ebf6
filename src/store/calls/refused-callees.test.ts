import { describe, expect, it } from 'vitest'
import { RefusedCallees } from './refused-callees.ts'

const refusal = { nextAt: 1000, limit: 'perMinute' } as const

describe('RefusedCallees', () => {
  it('remembers a refusal until the callee may be called again', () => {
    const refused = new RefusedCallees()
    refused.remember('callee', refusal, 0)
    expect(refused.refusal('callee', 999)).toEqual(refusal)
    expect(refused.refusal('callee', 1000)).toBeUndefined()
    expect(refused.refusal('other', 0)).toBeUndefined()
  })

  it('looks again after ten seconds, whatever was said: a number may have been given back', () => {
    const refused = new RefusedCallees()
    refused.remember('callee', { nextAt: 86_400_000, limit: 'perDay' }, 5_000)
    expect(refused.refusal('callee', 14_999)).toMatchObject({ limit: 'perDay' })
    expect(refused.refusal('callee', 15_000)).toBeUndefined()
  })

  it('keeps the same callee under other limits apart', () => {
    const strict = RefusedCallees.keyOf('callee', { perMinute: 1, perHour: 5, perDay: 20 })
    const loose = RefusedCallees.keyOf('callee', { perMinute: 2, perHour: 5, perDay: 20 })
    expect(strict).not.toBe(loose)
  })

  it('forgets the oldest when it is full', () => {
    const refused = new RefusedCallees()
    for (let index = 0; index <= 20_000; index++) refused.remember(`callee ${index}`, refusal, 0)
    expect(refused.refusal('callee 0', 0)).toBeUndefined()
    expect(refused.refusal('callee 1', 0)).toEqual(refusal)
  })
})
