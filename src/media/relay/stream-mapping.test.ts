import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StreamMapping } from './stream-mapping.ts'

/** Our stream as a sender keeps it: where it goes on. */
class Line {
  readonly mapping = new StreamMapping()
  readonly sent: { source: number; sequence: number; timestamp: number }[] = []
  #sequence: number
  #timestamp: number

  constructor(sequence: number, timestamp: number) {
    this.#sequence = sequence
    this.#timestamp = timestamp
  }

  /** The packet with that place in the source arrives at its time. */
  take(ssrc: number, base: { sequence: number; timestamp: number }, n: number): void {
    const source = {
      ssrc,
      sequence: (base.sequence + n) & 0xffff,
      timestamp: (base.timestamp + n * 160) >>> 0,
      marker: false,
    }
    const place = this.mapping.place(source, { sequence: this.#sequence, timestamp: this.#timestamp })
    if (place === undefined) return
    this.sent.push({ source: n, ...place })
    this.#goOn(place.sequence, place.timestamp)
  }

  /** A frame of our own. */
  say(): void {
    this.mapping.interrupt()
    this.#goOn(this.#sequence, this.#timestamp)
  }

  get end() {
    return { sequence: this.#sequence, timestamp: this.#timestamp }
  }

  #goOn(sequence: number, timestamp: number): void {
    if (((sequence - this.#sequence) & 0xffff) < 0x8000) this.#sequence = (sequence + 1) & 0xffff
    const following = (timestamp + 160) >>> 0
    if (((following - this.#timestamp) | 0) > 0) this.#timestamp = following
  }
}

const sequences = fc.integer({ min: 0, max: 0xffff })
const timestamps = fc.integer({ min: 0, max: 0xffff_ffff })
const starts = fc.record({ sequence: sequences, timestamp: timestamps })
/** Packets 0 … as a line delivers them: some never, some displaced by a few places. Duplicates are gone before. */
const arrivals = fc
  .array(fc.record({ isLost: fc.boolean(), shift: fc.integer({ min: 0, max: 8 }) }), { minLength: 1, maxLength: 80 })
  .map((draws) =>
    draws
      .map(({ isLost, shift }, n) => ({ n, isLost, at: n + shift }))
      .filter(({ isLost }) => !isLost)
      .sort((a, b) => a.at - b.at || a.n - b.n)
      .map(({ n }) => n),
  )

describe('the mapping of a stream into ours', () => {
  it('moves every packet of a stretch by the same distance, whatever is lost or out of order, over all wraps', () => {
    fc.assert(
      fc.property(starts, starts, arrivals, (ours, base, order) => {
        const line = new Line(ours.sequence, ours.timestamp)
        for (const n of order) line.take(1, base, n)
        const first = order[0] ?? 0
        // What comes behind the first packet of a stretch has no place: its number was ours before.
        expect(line.sent.map(({ source }) => source)).toEqual(order.filter((n) => n >= first))
        for (const { source, sequence, timestamp } of line.sent) {
          expect(sequence).toBe((ours.sequence + source - first) & 0xffff)
          expect(timestamp).toBe((ours.timestamp + (source - first) * 160) >>> 0)
        }
      }),
    )
  })

  it('never uses a number twice and never goes back in time, however sources and our own audio take turns', () => {
    const turns = fc.array(
      fc.record({
        base: starts,
        ssrc: fc.integer({ min: 1, max: 3 }),
        order: arrivals,
        own: fc.integer({ min: 0, max: 3 }),
      }),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(starts, turns, (ours, list) => {
        const line = new Line(ours.sequence, ours.timestamp)
        let highest = 0
        for (const { base, ssrc, order, own } of list) {
          const [from, end] = [line.sent.length, line.end]
          for (const n of order) line.take(ssrc, base, n)
          for (const { sequence, timestamp } of line.sent.slice(from)) {
            expect((sequence - end.sequence) & 0xffff).toBeLessThan(0x8000)
            expect((timestamp - end.timestamp) | 0).toBeGreaterThanOrEqual(0)
          }
          for (let i = 0; i < own; i++) line.say()
          // Always interrupted, so that the next source begins behind everything.
          line.mapping.interrupt()
          const behind = (line.end.sequence - ours.sequence) & 0xffff
          expect(behind).toBeGreaterThanOrEqual(highest)
          highest = behind
        }
        const used = line.sent.map(({ sequence }) => sequence)
        expect(new Set(used).size).toBe(used.length)
      }),
    )
  })

  it('begins a stretch behind all others when the source changes, marked', () => {
    const line = new Line(65_535, 0xffff_ffff)
    for (const n of [0, 1, 3]) line.take(1, { sequence: 100, timestamp: 0 }, n)
    const place = line.mapping.place({ ssrc: 2, sequence: 7, timestamp: 9, marker: false }, line.end)
    expect(place).toEqual({ ...line.end, isStart: true })
    expect(line.end.sequence).toBe(3)
  })

  it('begins a stretch when number or time leap, but not for a key that is held', () => {
    const end = { sequence: 1000, timestamp: 100_000 }
    const source = { ssrc: 1, sequence: 500, timestamp: 8000, marker: false }
    const following = (more: Partial<typeof source>, stampsNow?: boolean) => {
      const mapping = new StreamMapping()
      mapping.place(source, end)
      return mapping.place(
        { ...source, sequence: 501, timestamp: 8160, ...more },
        { sequence: 1001, timestamp: 100_160 },
        stampsNow,
      )
    }
    expect(following({})?.isStart).toBe(false)
    expect(following({ sequence: 5000 })).toEqual({ sequence: 1001, timestamp: 100_160, isStart: true })
    expect(following({ timestamp: 800_000 })).toEqual({ sequence: 1001, timestamp: 100_160, isStart: true })
    expect(following({ timestamp: 8160 + 800_000 }, false)?.isStart).toBe(false)
  })

  it('closes up over what is left out, also when it came out of order', () => {
    const mapping = new StreamMapping()
    const source = (n: number) => ({ ssrc: 1, sequence: n, timestamp: n * 160, marker: false })
    let sequence = 10
    const take = (n: number) => {
      const place = mapping.place(source(n), { sequence, timestamp: n * 160 })
      if (place !== undefined && place.sequence >= sequence) sequence = place.sequence + 1
      return place?.sequence
    }
    expect([take(0), take(1)]).toEqual([10, 11])
    mapping.leaveOut(source(2), { sequence, timestamp: 320 })
    expect([take(3), take(5)]).toEqual([12, 14])
    mapping.leaveOut(source(4), { sequence, timestamp: 960 })
    expect([take(6), take(4), take(7)]).toEqual([15, 13, 16])
    mapping.leaveOut(source(9), { sequence, timestamp: 1440 })
    // What comes late from before has no number left.
    expect([take(8), take(10)]).toEqual([undefined, 18])
  })
})
