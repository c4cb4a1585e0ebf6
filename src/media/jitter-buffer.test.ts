import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JitterBuffer } from './jitter-buffer.ts'

const silence = 0xd5
/** A frame whose every sample names it; 0xd5 stays free for silence. */
const frame = (n: number, samples = 160) => new Uint8Array(samples).fill((n % 200) + 1)
const popped = (buffer: JitterBuffer) => {
  const target = new Uint8Array(160)
  buffer.pop(target)
  return target
}
/** The name of the popped frame, or `silence`; fails when it is mixed. */
const name = (buffer: JitterBuffer) => {
  const target = popped(buffer)
  expect(new Set(target).size).toBe(1)
  return target[0] === silence ? 'silence' : Number(target[0]) - 1
}
const names = (buffer: JitterBuffer, count: number) => Array.from({ length: count }, () => name(buffer))

describe('the jitter buffer', () => {
  it('is silent until a stream begins, and then for its delay', () => {
    const buffer = new JitterBuffer({ silence, delayMs: 35 })
    expect(buffer.delayMs).toBe(40)
    expect(buffer.pop(new Uint8Array(160))).toBe(false)
    buffer.push(1000, frame(0))
    buffer.push(1160, frame(1))
    expect(names(buffer, 5)).toEqual(['silence', 'silence', 0, 1, 'silence'])
  })

  it('plays in order, once, whatever the order and the doubles, over the end of the timestamps', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.shuffledSubarray([1, 2, 3, 4]),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 6 }),
        (first, others, doubles) => {
          const buffer = new JitterBuffer({ silence, delayMs: 100 })
          const order = [0, ...others, ...doubles]
          for (const n of order) buffer.push((first + n * 160) >>> 0, frame(n))
          const heard = Array.from({ length: 5 }, (_, n) => (order.includes(n) ? n : 'silence'))
          expect(names(buffer, 10).slice(5)).toEqual(heard)
        },
      ),
    )
  })

  it('leaves silence where a packet is missing', () => {
    const buffer = new JitterBuffer({ silence, delayMs: 0 })
    buffer.push(0, frame(0))
    buffer.push(320, frame(2))
    expect(names(buffer, 3)).toEqual([0, 'silence', 2])
  })

  it('shows what is still to come', () => {
    const buffer = new JitterBuffer({ silence, delayMs: 20 })
    const target = new Uint8Array(160)
    buffer.peek(1, target)
    expect(target).toEqual(new Uint8Array(160).fill(silence))
    buffer.push(0xffff_ff60, frame(7))
    buffer.peek(1, target)
    expect(target).toEqual(frame(7))
    expect(names(buffer, 2)).toEqual(['silence', 7])
  })

  it('takes packets of any length', () => {
    const buffer = new JitterBuffer({ silence, delayMs: 0 })
    buffer.push(0, frame(0, 480))
    for (let i = 0; i < 4; i++) buffer.push(480 + i * 80, frame(1, 80))
    expect(names(buffer, 6)).toEqual([0, 0, 0, 1, 1, 'silence'])
  })

  it('does not play what comes late, and counts it', () => {
    const buffer = new JitterBuffer({ silence, delayMs: 0 })
    buffer.push(0, frame(0))
    expect(names(buffer, 2)).toEqual([0, 'silence'])
    buffer.push(160, frame(1))
    expect(buffer.packetsLate).toBe(1)
    buffer.push(320, frame(2))
    expect(name(buffer)).toBe(2)
  })

  it('plays the part of a late packet whose time is still to come', () => {
    const buffer = new JitterBuffer({ silence, delayMs: 0 })
    buffer.push(0, frame(0))
    expect(names(buffer, 2)).toEqual([0, 'silence'])
    buffer.push(240, frame(1))
    expect([...popped(buffer)]).toEqual([...new Array(80).fill(2), ...new Array(80).fill(silence)])
    expect(buffer.packetsLate).toBe(0)
  })

  it('does not follow a stray timestamp, but does follow a stream that restarted', () => {
    const buffer = new JitterBuffer({ silence, delayMs: 20 })
    buffer.push(0, frame(0))
    buffer.push(1_000_000, frame(9))
    buffer.push(160, frame(1))
    expect(names(buffer, 3)).toEqual(['silence', 0, 1])
    for (let n = 0; n < 6; n++) buffer.push(5_000_000 + n * 160, frame(n))
    // Four packets say that it restarted; the fifth begins it.
    expect(names(buffer, 3)).toEqual(['silence', 4, 5])
  })

  it('drops a frame now and then when the far end is fast, and never runs full', () => {
    const buffer = new JitterBuffer({ silence, delayMs: 60 })
    const depths: number[] = []
    let sent = 0
    for (let n = 0; n < 20_000; n++) {
      // One per cent fast: a frame more every hundred.
      for (const _ of n % 100 === 0 ? [0, 1] : [0]) buffer.push((sent++ * 160) >>> 0, frame(sent))
      buffer.pop()
      depths.push(buffer.depthMs)
    }
    expect(Math.max(...depths)).toBeLessThanOrEqual(140)
    expect(buffer.packetsLate).toBe(0)
  })

  it('waits a frame now and then when the far end is slow, and loses little', () => {
    const buffer = new JitterBuffer({ silence, delayMs: 60 })
    let sent = 0
    for (let n = 0; n < 20_000; n++) {
      if (n % 100 !== 0) buffer.push((sent++ * 160) >>> 0, frame(sent))
      buffer.pop()
    }
    // 200 frames of drift; each costs at most a few late packets before a wait makes up for it.
    expect(buffer.packetsLate).toBeLessThan(sent * 0.05)
    expect(buffer.packetsLate).toBeGreaterThan(0)
  })

  it('ignores empty and oversized payloads', () => {
    const buffer = new JitterBuffer({ silence })
    buffer.push(0, new Uint8Array(0))
    buffer.push(0, new Uint8Array(5000))
    expect(buffer.pop()).toBe(false)
  })
})
