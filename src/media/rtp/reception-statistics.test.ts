import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReceptionStatistics, type Sequencing } from './reception-statistics.ts'

function arrivals(...sequences: number[]): { statistics: ReceptionStatistics; said: Sequencing[] } {
  const statistics = new ReceptionStatistics(1, sequences[0] ?? 0)
  return { statistics, said: sequences.map((sequence) => statistics.arrive(sequence)) }
}

describe('sequence numbers of a source', () => {
  it('count what is missing', () => {
    const { statistics, said } = arrivals(10, 11, 14, 15)
    expect(said).toEqual(['next', 'next', 'next', 'next'])
    expect(statistics).toMatchObject({ packetsReceived: 4, packetsLost: 2 })
  })

  it('know a reordered packet from a doubled one', () => {
    const { statistics, said } = arrivals(10, 12, 11, 11, 12, 13)
    expect(said).toEqual(['next', 'next', 'reordered', 'duplicate', 'duplicate', 'next'])
    expect(statistics.packetsLost).toBe(0)
    // §A.3: duplicates count as received, so the cumulative loss of the report goes below zero.
    expect(statistics.reportBlock()).toMatchObject({ cumulativeLost: -2, fractionLost: 0 })
  })

  it('go on over their end', () => {
    const { statistics, said } = arrivals(65534, 65535, 0, 65533, 2)
    expect(said).toEqual(['next', 'next', 'next', 'duplicate', 'next'])
    expect(statistics.packetsLost).toBe(1)
    expect(statistics.reportBlock().highestSequence).toBe(0x10002)
  })

  it('that jump count once their successor confirms them', () => {
    const { statistics, said } = arrivals(100, 101, 40_000, 102, 40_000, 40_001, 40_002)
    expect(said).toEqual(['next', 'next', 'jump', 'next', 'jump', 'next', 'next'])
    expect(statistics).toMatchObject({ packetsReceived: 5, packetsLost: 0 })
    expect(statistics.reportBlock()).toMatchObject({ highestSequence: 40_002, cumulativeLost: 0 })
  })

  it('account for every packet, in any order, with any doubles', () => {
    const order = fc.uniqueArray(fc.integer({ min: 0, max: 90 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65535 }), order, order, (first, offsets, doubles) => {
        const statistics = new ReceptionStatistics(1, first)
        const seen = new Set<number>()
        for (const offset of [0, ...offsets, ...doubles]) {
          const said = statistics.arrive((first + offset) & 0xffff)
          expect(said === 'duplicate').toBe(seen.has(offset))
          seen.add(offset)
        }
        expect(statistics.packetsLost).toBe(Math.max(...seen) + 1 - seen.size)
      }),
    )
  })
})

describe('the report about a source', () => {
  it('tells the share lost since the report before', () => {
    const statistics = new ReceptionStatistics(1, 0)
    for (const sequence of [0, 1, 2, 3]) statistics.arrive(sequence)
    expect(statistics.reportBlock()).toMatchObject({ fractionLost: 0, cumulativeLost: 0, highestSequence: 3 })
    for (const sequence of [6, 7]) statistics.arrive(sequence)
    expect(statistics.reportBlock()).toMatchObject({ fractionLost: 128, cumulativeLost: 2, highestSequence: 7 })
    expect(statistics.reportBlock()).toMatchObject({ fractionLost: 0, cumulativeLost: 2 })
  })
})

describe('interarrival jitter', () => {
  it('is a sixteenth of each change in transit time, as §A.8 computes it', () => {
    const statistics = new ReceptionStatistics(1, 0)
    statistics.transit(0, 1000)
    statistics.transit(160, 1020)
    expect(statistics.jitterMs).toBe(0)
    statistics.transit(320, 1048)
    expect(statistics.jitterMs).toBe(0.5)
    statistics.transit(480, 1060)
    expect(statistics.jitterMs).toBeCloseTo(0.5 + (8 - 0.5) / 16)
    expect(statistics.reportBlock().jitter).toBe(Math.round(statistics.jitterMs * 8))
  })

  it('does not take the end of the timestamps for a delay', () => {
    const statistics = new ReceptionStatistics(1, 0)
    statistics.transit(0xffffff60, 0)
    statistics.transit(0, 20)
    statistics.transit(160, 40)
    expect(statistics.jitterMs).toBe(0)
  })
})
