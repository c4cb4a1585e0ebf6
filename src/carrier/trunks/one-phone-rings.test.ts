import fc from 'fast-check'
import { expect, it } from 'vitest'
import { trunkBench } from '../../../fakes/trunk-bench.ts'

/** What a next hop does with an INVITE. */
const behaviour = fc.oneof(
  fc.constantFrom('silent', 'breaks', 'rings', 'sends audio', 'answers') satisfies fc.Arbitrary<string>,
  fc.constantFrom(302, 401, 403, 404, 407, 408, 480, 486, 487, 488, 500, 502, 503, 504, 600, 603),
)
/** And then, when it rang. */
const afterwards = fc.constantFrom('answers', 486, 503, 500)

it('whatever next hops do: one phone rings at most, one end is told, as the last, and nothing is left behind', async () => {
  const hops = fc.array(fc.record({ does: behaviour, ending: afterwards }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(hops, async (plan) => {
      const bench = trunkBench(plan.map((_, index) => ({ name: `t${index}`, restAfter: 0 })))
      const { clock, agent, group, hop, dial, tried } = bench
      await clock.advance(0)
      const { news } = dial()
      for (const [index, { does, ending }] of plan.entries()) {
        if (agent.calls[index] === undefined) break
        const far = hop(index)
        const invites = tried().length
        if (typeof does === 'number') far.refuse(does)
        else if (does === 'breaks') far.break('connection refused')
        else if (does === 'silent') await clock.advance(6_000)
        else {
          if (does !== 'answers') far.ring(does === 'rings' ? 180 : 183)
          if (does === 'answers' || ending === 'answers') {
            far.answer()
            far.hangUp()
          } else far.refuse(Number(ending))
          expect(tried()).toHaveLength(invites)
        }
      }
      expect(new Set(tried()).size).toBe(tried().length)
      expect(news.filter((one) => one === 'ringing').length).toBeLessThanOrEqual(1)
      expect(news.filter((one) => !['ringing', 'answered'].includes(one))).toEqual([news.at(-1)])
      expect(group.reports().map(({ calls }) => calls)).toEqual(plan.map(() => 0))
      await group.close()
      expect(clock.pendingTimers).toBe(0)
    }),
    { numRuns: 150 },
  )
})
