import { describe, expect, it } from 'vitest'
import { StreamSource } from './stream-source.ts'

describe('the source that is heard', () => {
  it('is the first one, until another sends two packets in a row', () => {
    const source = new StreamSource()
    expect(source.arrive(1, 10)).toBe('new source')
    expect(source.arrive(1, 12)).toBe('next')
    expect(source.arrive(2, 500)).toBe('stranger')
    expect(source.arrive(1, 13)).toBe('next')
    expect(source.arrive(2, 501)).toBe('stranger')
    expect(source.arrive(2, 502)).toBe('new source')
    expect(source.arrive(1, 14)).toBe('stranger')
    expect(source.arrive(2, 503)).toBe('next')
    expect(source).toMatchObject({ packetsReceived: 5, packetsLost: 1 })
    expect(source.statistics?.ssrc).toBe(2)
    source.expectAnother()
    expect(source.arrive(3, 0)).toBe('new source')
    expect(source.arrive(4, 0)).toBe('stranger')
  })
})
