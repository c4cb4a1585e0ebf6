import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callQuality } from './call-quality.ts'
import { g711WithoutConcealment as codec, meanOpinionScore, ratingFactor } from './e-model.ts'

const rating = (lossPercent: number, delayMs: number) => ratingFactor({ lossPercent, delayMs, codec })

describe('the E-model', () => {
  it('rates the default line of G.107 as the recommendation does', () => {
    expect(rating(0, 0)).toBeCloseTo(93.2, 1)
    expect(meanOpinionScore(rating(0, 0))).toBeCloseTo(4.41, 2)
  })

  // G.107 table B.1: the border of each class of satisfaction, with its MOS.
  it.each([
    [90, 4.34],
    [80, 4.03],
    [70, 3.6],
    [60, 3.1],
    [50, 2.58],
  ])('turns a rating of %d into a score of %d', (R, MOS) => {
    expect(Math.abs(meanOpinionScore(R) - MOS)).toBeLessThanOrEqual(0.01)
  })

  it('keeps scores within 1 and 4.5', () => {
    expect([-10, 0, 3, 100, 120].map(meanOpinionScore)).toEqual([1, 1, 1, 4.5, 4.5])
  })

  // G.107 §7.5 with the values of G.113 for G.711: Ie = 0 and Bpl = 4.3 without concealment, 25.1 with it.
  it.each([
    [4.3, 1, 17.92],
    [4.3, 4.3, 47.5],
    [4.3, 10, 66.43],
    [25.1, 1, 3.64],
    [25.1, 10, 27.07],
  ])('takes away what loss costs: Bpl %d, %d %% lost, %d', (Bpl, lossPercent, cost) => {
    const with_ = ratingFactor({ lossPercent, delayMs: 0, codec: { Ie: 0, Bpl } })
    expect(rating(0, 0) - with_).toBeCloseTo(cost, 1)
  })

  it('knows that bursts are worse than random loss, and other codecs than G.711', () => {
    const line = { lossPercent: 3, delayMs: 20 }
    expect(ratingFactor({ ...line, codec, BurstR: 2 })).toBeLessThan(ratingFactor({ ...line, codec }))
    // G.113 appendix I: G.729A with voice activity detection.
    expect(ratingFactor({ ...line, codec: { Ie: 11, Bpl: 19 }, lossPercent: 0 })).toBeCloseTo(rating(0, 20) - 11, 5)
  })

  it('counts delay little up to 150 ms, and much beyond', () => {
    expect(rating(0, 0) - rating(0, 100)).toBeLessThan(3)
    expect(rating(0, 0) - rating(0, 150)).toBeLessThan(4)
    expect(rating(0, 0) - rating(0, 400)).toBeGreaterThan(25)
  })

  it('never rates more loss or more delay better', () => {
    const loss = fc.double({ min: 0, max: 100, noNaN: true })
    const delay = fc.double({ min: 20, max: 1000, noNaN: true })
    fc.assert(
      fc.property(loss, loss, delay, delay, (a, b, c, d) => {
        const [better, worse] = [rating(Math.min(a, b), Math.min(c, d)), rating(Math.max(a, b), Math.max(c, d))]
        expect(worse).toBeLessThanOrEqual(better + 1e-9)
        expect(meanOpinionScore(worse)).toBeGreaterThanOrEqual(1)
      }),
    )
  })
})

describe('the figures of a call', () => {
  const jitter = { jitterMs: 1, jitterMeanMs: 2, jitterMaxMs: 3 }
  const counted = { packetsSent: 10, packetsForeign: 0, packetsUnauthentic: 0, ...jitter }
  const unknown = { roundTripMs: undefined, farEnd: undefined }

  it('count late packets as unheard, not as lost', () => {
    const perfect = callQuality({ ...counted, ...unknown, packetsReceived: 100, packetsLost: 0, packetsLate: 0 })
    expect(perfect).toMatchObject({ lossPercent: 0, mos: expect.closeTo(4.4, 1) })
    const late = callQuality({ ...counted, ...unknown, packetsReceived: 90, packetsLost: 10, packetsLate: 5 })
    expect(late.lossPercent).toBe(10)
    expect(late.mos).toBe(meanOpinionScore(rating(15, 20)))
  })

  it('have half of the round trip as delay', () => {
    const heard = { packetsReceived: 100, packetsLost: 0, packetsLate: 0 }
    const far = callQuality({ ...counted, ...heard, roundTripMs: 600, farEnd: { packetsLost: 3, jitterMs: 4 } })
    expect(far).toMatchObject({ roundTripMs: 600, farEnd: { packetsLost: 3, jitterMs: 4 }, jitterMaxMs: 3 })
    expect(far.mos).toBe(meanOpinionScore(rating(0, 320)))
  })

  it('of a call that heard nothing have no score', () => {
    const silent = callQuality({ ...counted, ...unknown, packetsReceived: 0, packetsLost: 0, packetsLate: 0 })
    expect(silent).toMatchObject({ lossPercent: 0 })
    expect('mos' in silent).toBe(false)
  })
})
