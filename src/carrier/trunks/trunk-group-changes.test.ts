import { describe, expect, it } from 'vitest'
import { trunkBench } from '../../../fakes/trunk-bench.ts'

const settled = async (bench: ReturnType<typeof trunkBench>) => {
  await bench.clock.advance(0)
  return bench
}

describe('trunks that change', () => {
  it('keep their calls, and the new profile holds for the next one', async () => {
    const { clock, dial, hop, group, profiles } = await settled(trunkBench([{ name: 'one' }]))
    const { news } = dial()
    hop(0).answer()
    group.set(profiles.map((profile) => ({ profile: { ...profile, host: 'other.example' }, origin: 'store' })))
    await clock.advance(0)
    hop(0).hangUp()
    expect(news).toEqual(['answered', 'hung up by callee'])
    dial()
    expect(hop(1).request.target.host).toBe('other.example')
    expect(group.hosts()).toEqual(['other.example', 'one.example'])
    hop(1).hangUp()
    await clock.advance(60_000)
    expect(group.hosts()).toEqual(['other.example'])
  })

  it('count the calls that are on them, and those of the last second', async () => {
    const { clock, dial, hop, group, profiles } = await settled(
      trunkBench([{ name: 'one', channels: 2, callsPerSecond: 2 }]),
    )
    dial()
    hop(0).answer()
    group.set(profiles.map((profile) => ({ profile: { ...profile, ownNumber: '95588' }, origin: 'store' })))
    await clock.advance(0)
    expect(group.capacity()).toBe(1)
    await clock.advance(1000)
    expect(group.capacity()).toBe(1)
    hop(0).hangUp()
    expect(group.capacity()).toBe(2)
  })

  it('that are removed and made again count the calls that are still on them', async () => {
    const { clock, dial, hop, group, profiles } = await settled(trunkBench([{ name: 'one', channels: 2 }]))
    dial()
    hop(0).answer()
    group.set([])
    group.set(profiles.map((profile) => ({ profile, origin: 'store' })))
    await clock.advance(0)
    expect(group.capacity()).toBe(1)
    hop(0).hangUp()
    expect(group.capacity()).toBe(2)
  })

  it('that lead elsewhere are not heard at the old address any longer than its own calls need', async () => {
    const { clock, dial, hop, group, profiles } = await settled(trunkBench([{ name: 'one' }]))
    dial()
    hop(0).answer()
    group.set(profiles.map((profile) => ({ profile: { ...profile, host: 'other.example' }, origin: 'store' })))
    await clock.advance(0)
    // A busy trunk is never without a call.
    dial()
    hop(1).answer()
    await clock.advance(60_000)
    expect(group.hosts()).toEqual(['other.example', 'one.example'])
    hop(0).hangUp()
    await clock.advance(60_000)
    expect(group.hosts()).toEqual(['other.example'])
  })

  it('register anew when what they registered before is taken back, however often they change', async () => {
    const bench = trunkBench([{ name: 'one', registers: true, username: 'office' }])
    const { clock, agent, group, profiles } = await settled(bench)
    const change = (channels: number) =>
      group.set(profiles.map((profile) => ({ profile: { ...profile, channels }, origin: 'store' })))
    change(2)
    change(3)
    const [first, second, third] = agent.registrations
    const hasTargets = { second: false, third: false }
    second?.request.targets().then(() => (hasTargets.second = true))
    third?.request.targets().then(() => (hasTargets.third = true))
    second?.letGo()
    await clock.advance(0)
    expect([first?.isClosing, second?.isClosing, third?.isClosing]).toEqual([true, true, false])
    expect(hasTargets).toEqual({ second: false, third: false })
    first?.letGo()
    await clock.advance(0)
    expect(hasTargets).toEqual({ second: true, third: true })
  })

  it('are closed with the group, those included that were just removed', async () => {
    const bench = trunkBench([{ name: 'one', registers: true, username: 'office' }])
    const { clock, agent, group } = await settled(bench)
    group.set([])
    let isClosed = false
    const closed = group.close().then(() => {
      isClosed = true
    })
    await clock.advance(0)
    expect(isClosed).toBe(false)
    agent.registrations[0]?.letGo()
    await closed
  })

  it('that are unchanged keep what is known of them', async () => {
    const { dial, hop, group, profiles } = await settled(trunkBench([{ name: 'one' }]))
    dial()
    hop(0).ring()
    group.set(profiles.map((profile) => ({ profile, origin: 'store' })))
    expect(group.reports()).toMatchObject([{ health: 'up', calls: 1 }])
  })

  it.each([
    ['removed', undefined],
    ['disabled', { enabled: false }],
    ['no longer allowed where the call goes', { destinations: ['138'] }],
  ])('get no call that was under way when they were %s', async (_, change) => {
    const bench = trunkBench([{ name: 'one' }, { name: 'two' }])
    const { dial, hop, group, profiles, tried } = await settled(bench)
    const { news } = dial()
    const [one, two] = profiles
    const wanted = [...(one ? [one] : []), ...(two && change ? [{ ...two, ...change }] : [])]
    group.set(wanted.map((profile) => ({ profile, origin: 'store' })))
    hop(0).refuse(503)
    expect([tried(), news]).toEqual([['one.example'], ['unreachable 503']])
  })

  it('that are removed set no timer for what their last calls come to', async () => {
    const { clock, dial, hop, group } = await settled(trunkBench([{ name: 'one' }]))
    for (let call = 0; call < 3; call++) dial()
    group.set([])
    for (let call = 0; call < 3; call++) hop(call).refuse(500)
    // The one that is left: its next hop is heard for a while.
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(120_000)
    expect(clock.pendingTimers).toBe(0)
  })
})
