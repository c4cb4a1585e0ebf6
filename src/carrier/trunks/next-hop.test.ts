import { describe, expect, it } from 'vitest'
import { trunkBench } from '../../../fakes/trunk-bench.ts'

/** A trunk with these addresses, the best first; `statuses` is what each answers to OPTIONS. */
async function leading(...addresses: string[]) {
  let known: readonly string[] = addresses
  let isBroken = false
  const bench = trunkBench([{ name: 'one', pingSeconds: 30 }], {
    addresses: async () => {
      if (isBroken) throw new Error('SERVFAIL')
      return known
    },
  })
  await bench.clock.advance(0)
  return {
    ...bench,
    statuses: bench.agent.statuses,
    /** DNS says this from now on. */
    move: (...now: string[]) => {
      known = now
    },
    breakDown: () => {
      isBroken = true
    },
    standing: () => bench.group.reports().map(({ health, why }) => `${health}: ${why}`),
  }
}

describe('the addresses of a next hop', () => {
  it('are enough when one of them answers; the calls go to that one first', async () => {
    const { clock, statuses, standing, dial, tried, hop } = await leading('192.0.2.1', '192.0.2.2', '192.0.2.3')
    statuses.set('192.0.2.1', 408)
    statuses.set('192.0.2.2', 503)
    await clock.advance(36_000)
    expect(standing()).toEqual(['up: answers OPTIONS with 200 OK'])
    dial()
    hop(0).refuse(503)
    expect(tried()).toEqual(['192.0.2.3', '192.0.2.1'])
    hop(1).refuse(486)
    statuses.clear()
    await clock.advance(36_000)
    dial()
    expect(tried().at(-1)).toBe('192.0.2.1')
  })

  it('are not taken for silent by a question whose failure is told after the next answer', async () => {
    const { clock, agent, statuses, dial, tried, hop } = await leading('192.0.2.1', '192.0.2.2')
    const { options } = agent
    const late: (() => void)[] = []
    agent.options = (target) =>
      target?.host === '192.0.2.1'
        ? new Promise((resolve) => late.push(() => resolve({ status: 408, reason: 'Request Timeout' })))
        : options.call(agent, target)
    await clock.advance(36_000)
    expect(late).toHaveLength(1)
    agent.options = options
    statuses.clear()
    await clock.advance(36_000)
    for (const tell of late) tell()
    await clock.advance(0)
    dial()
    hop(0).refuse(503)
    expect(tried()).toEqual(['192.0.2.1', '192.0.2.2'])
  })

  it('are down when none of them answers', async () => {
    const { clock, statuses, standing, group } = await leading('192.0.2.1', '192.0.2.2')
    for (const address of ['192.0.2.1', '192.0.2.2']) statuses.set(address, 408)
    await clock.advance(36_000)
    expect(standing()).toEqual(['down: does not answer OPTIONS'])
    expect(group.capacity()).toBe(0)
  })

  it('are followed as DNS changes them, and kept while it says nothing', async () => {
    const { clock, group, move, breakDown, standing } = await leading('192.0.2.1')
    let told = 0
    group.onHosts(() => told++)
    await clock.advance(10_000)
    move('192.0.2.2', '192.0.2.3')
    await clock.advance(10_000)
    expect([group.hosts(), told]).toEqual([['192.0.2.2', '192.0.2.3'], 1])
    breakDown()
    await clock.advance(60_000)
    expect([group.hosts(), told]).toEqual([['192.0.2.2', '192.0.2.3'], 1])
    expect(standing()).toEqual(['up: answers OPTIONS with 200 OK'])
  })

  it('that were never found keep the trunk down, with the reason', async () => {
    const bench = trunkBench([{ name: 'one' }], { addresses: () => Promise.reject(new Error('SERVFAIL')) })
    await bench.clock.advance(0)
    expect(bench.group.reports()).toMatchObject([
      { health: 'down', state: 'down', why: 'its address cannot be found: SERVFAIL' },
    ])
  })
})
