import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readTimestamp, writeTimestamp } from './timestamp.ts'

it('reads the documented form, and the unpadded one of the samples', () => {
  expect(readTimestamp('2024-01-02T03:04:05Z')).toBe(Date.UTC(2024, 0, 2, 3, 4, 5))
  expect(readTimestamp('2018-3-29T12:00:00Z')).toBe(Date.UTC(2018, 2, 29, 12))
  expect(readTimestamp('2024-01-02T03:04:05.678Z')).toBe(Date.UTC(2024, 0, 2, 3, 4, 5))
})

it.each([
  '',
  '2024-01-02',
  '2024-01-02 03:04:05',
  '2024-01-02T03:04:05+08:00',
  '2024-02-30T00:00:00Z',
  '2024-13-01T00:00:00Z',
  '2024-01-01T24:00:00Z',
  '1704164645',
])('refuses %s', (text) => {
  expect(readTimestamp(text)).toBeUndefined()
})

it('reads what it writes, and never throws', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(9999, 0) }), (wallMs) => {
      expect(readTimestamp(writeTimestamp(wallMs))).toBe(Math.floor(wallMs / 1000) * 1000)
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => void readTimestamp(text)))
})
