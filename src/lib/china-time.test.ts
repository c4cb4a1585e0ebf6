import { expect, it } from 'vitest'
import { chinaDay, chinaTime } from './china-time.ts'

it('writes wall time as it is read in China', () => {
  expect(chinaTime(Date.UTC(2024, 0, 2, 3, 4, 5, 999))).toBe('2024-01-02 11:04:05')
})

it('changes the day at midnight in China', () => {
  expect(chinaDay(Date.UTC(2024, 0, 2, 15, 59, 59))).toBe('2024-01-02')
  expect(chinaDay(Date.UTC(2024, 0, 2, 16, 0, 0))).toBe('2024-01-03')
})
