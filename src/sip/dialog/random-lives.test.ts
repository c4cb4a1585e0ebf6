import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answer, expectNothingLeft, news, offerAnyhow, pair } from '../../../fakes/sip-pair.ts'
import type { InviteRequest, SipCall } from '../user-agent.types.ts'

type Who = 'caller' | 'callee'

/** What may happen in the life of a call, in any order. */
type Deed =
  | { do: 'wait'; ms: number }
  | { do: 'ring'; withAudio: boolean; isReliable: boolean | undefined }
  | { do: 'accept' }
  | { do: 'reject'; status: number }
  | { do: 'reoffer'; who: Who }
  | { do: 'hangUp'; who: Who }

const who = fc.constantFrom<Who>('caller', 'callee')
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 100, 2_000, 50_000) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('ring' as const),
      withAudio: fc.boolean(),
      isReliable: fc.constantFrom(undefined, true, false),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'accept' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reject' as const), status: fc.constantFrom(302, 486, 603) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reoffer' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hangUp' as const), who }) },
)
const wishes: fc.Arbitrary<Partial<InviteRequest>> = fc.record({
  reliableProvisional: fc.constantFrom('supported', 'required', 'off'),
  sessionExpiresSeconds: fc.constantFrom(0, 90, 1800),
  offer: fc.constantFrom('v=0', ''),
})
/** One message in so many is lost; 0 for none. */
const lossOneIn = fc.constantFrom(0, 0, 7, 2)

/** Answers what the far end offers, at once. */
function agreeable(call: SipCall): string[] {
  call.on('offer', (_, respond) => respond({ description: answer }))
  return news(call)
}

test('whatever two ends do on whatever line, each call ends once and leaves nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('udp', 'tcp'),
      wishes,
      lossOneIn,
      fc.integer(),
      fc.array(deed, { maxLength: 14 }),
      async (transport, wish, oneIn, seed, deeds) => {
        const { clock, network, caller, callee, incoming, invite } = await pair(transport)
        let state = seed >>> 0
        network.loses = () => {
          state = (state * 1_103_515_245 + 12_345) % 2 ** 31
          return oneIn > 0 && (state >>> 16) % oneIn === 0
        }
        const told = new Map<SipCall, string[]>()
        callee.on('call', (call) => void told.set(call, agreeable(call)))
        const out = invite(wish)
        told.set(out, agreeable(out))
        const of = (side: Who): SipCall | undefined => (side === 'caller' ? out : incoming[0])
        for (const one of deeds) {
          const [into] = incoming
          if (one.do === 'wait') await clock.advance(one.ms)
          else if (one.do === 'ring') {
            into?.ring(
              one.withAudio ? answer : undefined,
              one.isReliable === undefined ? {} : { isReliable: one.isReliable },
            )
          } else if (one.do === 'accept') into?.accept(answer)
          else if (one.do === 'reject') into?.reject(one.status)
          else {
            const call = of(one.who)
            if (one.do === 'hangUp') call?.hangUp()
            else if (call !== undefined) offerAnyhow(call, 'v=1')
          }
        }
        // Both owners want it over, the callee even when the INVITE comes late.
        out.hangUp()
        for (let turn = 0; turn < 5; turn++) {
          for (const call of incoming) call.hangUp()
          await clock.advance(40_000)
        }
        for (const events of told.values()) {
          expect(events.filter((event) => event.startsWith('ended'))).toHaveLength(1)
          expect(events.at(-1)).toMatch(/^ended/)
          expect(events.filter((event) => event.startsWith('answered')).length).toBeLessThanOrEqual(1)
        }
        network.loses = () => false
        await expectNothingLeft(clock, caller, callee)
      },
    ),
    { numRuns: 200 },
  )
})
