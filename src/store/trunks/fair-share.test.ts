import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fairShare, type HeldShare } from './fair-share.ts'

const nothing: HeldShare = { channels: 0, callsPerSecondE3: 0 }
const sumOf = (shares: readonly HeldShare[]) =>
  shares.reduce<HeldShare>(
    (sum, one) => ({
      channels: sum.channels + one.channels,
      callsPerSecondE3: sum.callsPerSecondE3 + one.callsPerSecondE3,
    }),
    nothing,
  )

it('alone it is everything', () => {
  const cap = { channels: 30, callsPerSecond: 5 }
  expect(fairShare({ cap, nodes: 1, place: 0, used: 0, others: nothing })).toEqual({
    channels: 30,
    callsPerSecondE3: 5000,
  })
})

it('among three it is a third, and the remainder goes to the first', () => {
  const cap = { channels: 8, callsPerSecond: 1 }
  const shares = [0, 1, 2].map((place) => fairShare({ cap, nodes: 3, place, used: 0, others: nothing }))
  expect(shares.map(({ channels }) => channels)).toEqual([3, 3, 2])
  expect(sumOf(shares)).toEqual({ channels: 8, callsPerSecondE3: 1000 })
})

it('a call a second is one node’s: three that call once in three seconds may do so in the same moment', () => {
  const rates = (callsPerSecond: number) =>
    [0, 1, 2].map((place) => {
      const cap = { channels: 9, callsPerSecond }
      return fairShare({ cap, nodes: 3, place, used: 0, others: nothing }).callsPerSecondE3
    })
  expect(rates(1)).toEqual([1000, 0, 0])
  expect(rates(5)).toEqual([2000, 2000, 1000])
})

it('a node that uses more keeps it until its calls end, and the others wait', () => {
  const cap = { channels: 10, callsPerSecond: 0 }
  const busy = fairShare({ cap, nodes: 2, place: 0, used: 9, others: nothing })
  expect(busy.channels).toBe(9)
  expect(fairShare({ cap, nodes: 2, place: 1, used: 0, others: busy }).channels).toBe(1)
})

it('whoever renews when, with whatever calls and caps: what all hold together never exceeds the cap', () => {
  const step = fc.record({ node: fc.nat(3), load: fc.nat(20), cap: fc.integer({ min: 1, max: 15 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const shares: HeldShare[] = [nothing, nothing, nothing, nothing]
      let lastCap = 15
      for (const { node, load, cap } of steps) {
        const others = sumOf(shares.filter((_, index) => index !== node))
        const used = Math.min(load, shares[node]?.channels ?? 0)
        const question = { cap: { channels: cap, callsPerSecond: cap }, nodes: 4, place: node, used, others }
        shares[node] = fairShare(question)
        // A cap that was lowered is reached as the nodes renew; it is never exceeded by more than was held before.
        lastCap = Math.max(cap, Math.min(lastCap, sumOf(shares).channels))
        expect(sumOf(shares).channels).toBeLessThanOrEqual(lastCap)
      }
    }),
  )
})
