import { describe, expect, test } from 'vitest'
import { caller } from '../../../fakes/sip-far-end.ts'

describe('a caller', () => {
  test('does not follow a far end that asks for more each time', async () => {
    const { invite, last, answer, request, nothingLeft } = await caller()
    const { told } = await invite()
    for (let least = 2000; least < 2020 && told.length === 0; least++) {
      await answer(last('INVITE'), 422, 'a', [['Min-SE', String(least)]])
    }
    expect(told).toEqual([expect.stringContaining('"status":422')])
    expect(request('INVITE')).toHaveLength(4)
    await nothingLeft()
  })

  test.each(['uac', 'uas'])(
    'lives through an interval longer than timers can hold, kept by the %s',
    async (refresher) => {
      const { clock, invite, last, answer, nothingLeft } = await caller()
      const { call } = await invite()
      const delaysMs: number[] = []
      const after = clock.after.bind(clock)
      clock.after = (delayMs, task) => {
        delaysMs.push(delayMs)
        return after(delayMs, task)
      }
      await answer(last('INVITE'), 200, 'far', [['Session-Expires', `999999999;refresher=${refresher}`]], 'answer')
      await clock.advance(86_400_000)
      expect(call.state).toBe('confirmed')
      expect(Math.max(...delaysMs)).toBeLessThan(2 ** 31)
      call.hangUp()
      await nothingLeft()
    },
  )
})
