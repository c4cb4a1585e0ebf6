import fc from 'fast-check'
import { expect, it } from 'vitest'
import { doubleCall, FakeEar, type PlacedCall, placeCall } from '../../fakes/live-call-bench.ts'
import { sampleCall } from '../../fakes/sample-call.ts'
import type { Call } from '../domain/call/call.ts'
import type { LegEnd } from './ports.ts'

type Act = (placed: PlacedCall) => void

const prompt = { kind: 'speech', segments: [{ text: 'ask', manner: 'fluent' }] } as const
const menu = { do: 'menu', prompt, rounds: 2, waitMs: 3000, choices: [{ key: '1', prompt }], goodbye: prompt } as const

const early: Act = ({ trunk }) => void trunk.leg().emit('earlyMedia')
const ring: Act = ({ trunk }) => void trunk.leg().emit('ringing')
const answer: Act = ({ trunk }) => trunk.leg().answer()
const played: Act = ({ trunk }) => trunk.leg().finishPlaying()
const key: Act = ({ trunk }) => void trunk.leg().emit('keyPressed', '1')
const calleeEarly: Act = ({ trunk }) => void trunk.leg(1).emit('earlyMedia')
const calleeSounds: Act = ({ trunk }) => trunk.leg(1).say(new Int16Array(80).fill(3000))
const calleeRings: Act = ({ trunk }) => void trunk.leg(1).emit('ringing')
const calleeAnswers: Act = ({ trunk }) => trunk.leg(1).answer()
const calleeBusy: Act = ({ trunk }) => trunk.leg(1).end({ answered: false, outcome: 'busy' })
const calleeHangsUp: Act = ({ trunk }) => trunk.leg(1).end({ answered: true, by: 'callee' })

/** Each kind of step, and all that happens on its line one after the other: every prefix of it is a moment. */
const stories: readonly [kind: string, call: () => Call, acts: readonly Act[]][] = [
  ['play', () => sampleCall(), [early, ring, answer, played]],
  ['menu', () => sampleCall({ script: { steps: [menu] } }), [ring, answer, played, key, played, played]],
  ['menu without a key', () => sampleCall({ script: { steps: [menu] } }), [answer, played, played]],
  ['bridge', () => doubleCall({ record: true }), [early, ring, answer, calleeRings, calleeAnswers, calleeHangsUp]],
  ['bridge with early media', () => doubleCall(), [answer, calleeRings, calleeEarly, calleeSounds, calleeAnswers]],
  ['bridge to a busy callee', () => doubleCall(), [answer, calleeEarly, calleeBusy, played]],
]

const answered = (placed: PlacedCall) => !['queued', 'dialling', 'ringing'].includes(placed.live.state)

/** The first leg ends: how, before its answer and after. */
function legEnds(before: Omit<EndBefore, 'answered'>, after: EndAfter): Act {
  return (placed) =>
    placed.trunk.leg().end(answered(placed) ? { answered: true, ...after } : { answered: false, ...before })
}

type EndBefore = LegEnd & { answered: false }
type EndAfter = { by: 'callee' } | { by: 'here' | 'network'; broken: string }

/** Every way in which a call can be ended, at any moment. */
const ends: Readonly<Record<string, Act>> = {
  'the far end hangs up': legEnds({ outcome: 'busy', sipStatus: 486 }, { by: 'callee' }),
  'the far end vanishes': legEnds({ outcome: 'unreachable' }, { by: 'network', broken: 'no packets' }),
  'the leg breaks': legEnds({ outcome: 'systemError' }, { by: 'here', broken: 'the media process ended' }),
  'the node goes down': ({ live }) => live.hangUp(),
  'the account calls it off': ({ live }) => live.callOff(),
  'the prompt fails': ({ trunk, live }) => {
    trunk.leg().finishPlaying('failed')
    live.hangUp()
  },
  'the second leg breaks': ({ trunk, live }) => {
    for (const leg of trunk.legs.slice(1)) leg.end({ answered: true, by: 'here', broken: 'the media process ended' })
    live.hangUp()
  },
  'an hour passes': () => {},
}

const moments = stories.flatMap(([kind, call, acts]) =>
  acts.flatMap((_, moment) => Object.entries(ends).map(([how, end]) => ({ kind, call, acts, moment, how, end }))),
)

it.each(moments)('$kind, after $moment events: $how, and nothing is left', async ({ call, acts, moment, end }) => {
  const ear = new FakeEar()
  const placed = await placeCall(call(), { ear, shelf: { begin: async () => '/recordings/a.wav' } })
  for (const act of acts.slice(0, moment)) {
    act(placed)
    await placed.clock.advance(300)
  }
  end(placed)
  await placed.clock.advance(0)
  // What neither far end nor clock will end is ended by a phone in the end.
  await placed.clock.advance(3_600_000)
  if (!placed.isOver()) {
    for (const leg of placed.trunk.legs) leg.finishPlaying()
    await placed.clock.advance(3_600_000)
    if (!placed.isOver()) ends['the far end hangs up']?.(placed)
  }
  await placed.over
  await placed.clock.advance(0)
  expect(placed.ends).toHaveLength(1)
  expect(placed.leftovers()).toEqual([])
  expect(ear.open).toBe(0)
})

/** Anything that can happen to a call, in any order, sensible or not. */
const anything: readonly ((placed: PlacedCall) => void | Promise<void>)[] = [
  ...[0, 1].flatMap((index) => {
    const leg = (placed: PlacedCall) => placed.trunk.legs[index]
    return [
      (placed: PlacedCall) => void leg(placed)?.emit('ringing'),
      (placed: PlacedCall) => void leg(placed)?.emit('earlyMedia'),
      (placed: PlacedCall) => void (leg(placed)?.isOver === false && leg(placed)?.answer()),
      (placed: PlacedCall) => void leg(placed)?.emit('keyPressed', '1'),
      (placed: PlacedCall) => leg(placed)?.finishPlaying(),
      (placed: PlacedCall) => leg(placed)?.finishPlaying('failed'),
      (placed: PlacedCall) => leg(placed)?.breakBridge(),
      (placed: PlacedCall) => leg(placed)?.say(new Int16Array(80).fill(3000)),
      (placed: PlacedCall) => leg(placed)?.finish('busy'),
      (placed: PlacedCall) => leg(placed)?.finish('lost'),
    ]
  }),
  ({ live }) => live.callOff(),
  ({ live }) => live.hangUp(),
  async ({ clock }) => clock.advance(250),
  async ({ clock }) => clock.advance(20_000),
  async ({ clock }) => clock.advance(700_000),
]

it('whatever happens in whatever order: one end, times that fit each other, and nothing left', async () => {
  const acts = fc.array(fc.nat(anything.length - 1), { maxLength: 14 })
  const calls = fc.constantFrom(...stories.map(([, call]) => call))
  await fc.assert(
    fc.asyncProperty(calls, acts, async (call, order) => {
      const ear = new FakeEar()
      const placed = await placeCall(call(), { ear, shelf: { begin: async () => '/recordings/a.wav' } })
      for (const index of order) {
        await anything[index]?.(placed)
        await placed.clock.advance(0)
      }
      placed.live.hangUp()
      await placed.clock.advance(10_000)
      await placed.over
      expect(placed.ends).toHaveLength(1)
      expect(placed.news.filter((name) => name === 'ended')).toHaveLength(1)
      expect(placed.news.at(-1)).toBe('ended')
      expect(placed.leftovers()).toEqual([])
      expect(ear.open).toBe(0)
      const [end] = placed.ends
      const times = [end?.diallingAt, end?.answeredAt, end?.calleeDiallingAt, end?.calleeAnsweredAt, end?.endedAt]
      const known = times.filter((at) => at !== undefined)
      expect(known).toEqual([...known].sort((left, right) => left - right))
      if (end?.outcome === 'connected') expect(end.calleeAnsweredAt).toBeDefined()
    }),
    { numRuns: 400 },
  )
})
