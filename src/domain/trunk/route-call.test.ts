import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leftOutReasons, type RoutableTrunk, routeCall, type TrunkState } from './route-call.ts'
import { type TrunkProfile, usualTrunk } from './trunk-profile.ts'

const trunk = (name: string, facts: Partial<TrunkProfile> = {}, state: TrunkState = 'free'): RoutableTrunk => ({
  profile: { ...usualTrunk, name, host: 'carrier.example', destinations: ['*'], ...facts },
  state,
})
const never = () => 0
const call = { to: '13900000000', show: '' }
const reasons = (trunks: readonly RoutableTrunk[], request = call) =>
  routeCall(request, trunks, never).leftOut.map(({ trunk: { name }, reason }) => `${name} ${reason}`)

describe('who is left out, and why', () => {
  it.each([
    ['disabled', trunk('a', { enabled: false })],
    ['destination', trunk('a', { destinations: [] })],
    ['destination', trunk('a', { destinations: ['15', '+852'] })],
    ['down', trunk('a', {}, 'down')],
    ['channels', trunk('a', {}, 'channels')],
    // What waiting does not change is told first.
    ['destination', trunk('a', { destinations: ['15'], enabled: false }, 'down')],
  ])('%s', (reason, one) => expect(reasons([one])).toEqual([`a ${reason}`]))

  it('a number that the carrier does not let pass', () => {
    const only = trunk('a', { showNumbers: ['0571*'] })
    expect(reasons([only], { ...call, show: '95588' })).toEqual(['a showNumber'])
    expect(reasons([only], { ...call, show: '057128880000' })).toEqual([])
    expect(reasons([only])).toEqual([])
  })

  it('a bound number leaves by its trunk alone, even when that one is down', () => {
    const bound = trunk('a', { boundNumbers: ['95588'] }, 'down')
    const routing = routeCall({ ...call, show: '95588' }, [bound, trunk('b')], never)
    expect(routing.leftOut.map(({ reason }) => reason)).toEqual(['down', 'bound'])
    expect(routing.verdict).toBe('wait')
    expect(routeCall({ ...call, show: '95599' }, [bound, trunk('b')], never).verdict).toBe('dial')
  })
})

describe('the verdict', () => {
  it('is never when no trunk may, and when there is none', () => {
    expect(routeCall(call, [], never).verdict).toBe('never')
    expect(routeCall(call, [trunk('a', { destinations: [] })], never).verdict).toBe('never')
  })

  it.each(['down', 'resting', 'unregistered', 'channels', 'callsPerSecond', 'callsPerDay'] as const)(
    'is wait while the only one is left out: %s',
    (state) => expect(routeCall(call, [trunk('a', {}, state)], never).verdict).toBe('wait'),
  )

  it('is one of them exactly as the reasons say', () => {
    const anyTrunk = fc
      .record({
        state: fc.constantFrom<TrunkState>('free', 'down', 'channels'),
        enabled: fc.boolean(),
        destinations: fc.constantFrom([], ['*']),
      })
      .map(({ state, ...facts }) => trunk('a', facts, state))
    fc.assert(
      fc.property(fc.array(anyTrunk, { maxLength: 5 }), (trunks) => {
        const { candidates, leftOut, verdict } = routeCall(call, trunks, never)
        expect(candidates.length + leftOut.length).toBe(trunks.length)
        const mayPass = leftOut.some(({ reason }) => leftOutReasons[reason].waits)
        expect(verdict).toBe(candidates.length > 0 ? 'dial' : mayPass ? 'wait' : 'never')
      }),
    )
  })
})

describe('the order', () => {
  const names = (trunks: readonly RoutableTrunk[], random: () => number) =>
    routeCall(call, trunks, random).candidates.map(({ name }) => name)

  it('is by priority first, whatever the weights', () => {
    const trunks = [trunk('c', { priority: 30, weight: 100 }), trunk('a', { priority: 1 }), trunk('b')]
    expect(names(trunks, never)).toEqual(['a', 'b', 'c'])
  })

  it('is by weight among equals', () => {
    const trunks = [trunk('a', { weight: 1 }), trunk('b', { weight: 3 })]
    const firsts = Array.from({ length: 100 }, (_, step) => names(trunks, () => step / 100)[0])
    expect(firsts.filter((name) => name === 'a')).toHaveLength(25)
  })

  it('has every candidate once, whatever chance says', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 }), chance, (weights, drawn) => {
        const trunks = weights.map((weight, index) => trunk(`t${index}`, { weight }))
        expect(names(trunks, () => drawn).sort()).toEqual(trunks.map(({ profile }) => profile.name))
      }),
    )
  })
})
