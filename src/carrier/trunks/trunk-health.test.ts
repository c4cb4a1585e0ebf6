import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { type PingResult, TrunkHealth } from './trunk-health.ts'

const mostFailures = 3

function watched(pingSeconds: number, answer: () => Promise<PingResult> = async () => alive) {
  const clock = new FakeClock()
  const asked: number[] = []
  const news: string[] = []
  const health = new TrunkHealth({
    pingSeconds,
    restAfter: mostFailures,
    clock,
    random: () => 0.5,
    ping: () => {
      asked.push(clock.monotonicMs())
      return answer()
    },
    changed: (state) => news.push(state),
  })
  const fail = (times: number) => {
    for (let time = 0; time < times; time++) {
      health.began()
      health.failed('it answers 500')
    }
  }
  return { clock, asked, news, health, fail }
}

const alive: PingResult = { isAlive: true, words: 'answers 200 OK' }
const dead: PingResult = { isAlive: false, words: 'does not answer' }

describe('asking by OPTIONS', () => {
  it('asks at once, and then as often as it is told to', async () => {
    const { clock, asked, health, news } = watched(30)
    expect(health.health).toBe('unknown')
    expect(health.mayTry).toBeGreaterThan(1)
    await clock.advance(60_000)
    expect(asked).toEqual([0, 30_000, 60_000])
    expect(news).toEqual(['up'])
  })

  it('asks sooner while it is down, twice as long each time, up to the usual', async () => {
    const { clock, asked, health } = watched(10, async () => dead)
    await clock.advance(32_000)
    expect(asked).toEqual([0, 1000, 3000, 7000, 15_000, 25_000])
    expect(health.health).toBe('down')
    expect(health.mayTry).toBe(0)
    expect(health.why).toBe('does not answer')
  })

  it('comes back with the first answer', async () => {
    let answer = dead
    const { clock, health, news } = watched(30, async () => answer)
    await clock.advance(0)
    answer = alive
    await clock.advance(1000)
    expect(health.health).toBe('up')
    expect(news).toEqual(['down', 'up'])
  })

  it('a question that cannot be asked is no answer', async () => {
    const { clock, health } = watched(30, () => Promise.reject(new Error('its name cannot be looked up')))
    await clock.advance(0)
    expect(health.why).toBe('its name cannot be looked up')
    expect(health.health).toBe('down')
  })

  it('a call that worked meanwhile knows better than a question without an answer', async () => {
    let tell: (result: PingResult) => void = () => {}
    const { clock, health } = watched(30, () => new Promise((resolve) => (tell = resolve)))
    await clock.advance(2000)
    health.worked()
    tell(dead)
    await clock.advance(0)
    expect(health.health).toBe('up')
  })

  it('asks nobody when it is told not to, and leaves no timer behind', async () => {
    const { clock, asked, health } = watched(0)
    await clock.advance(100_000)
    expect(asked).toEqual([])
    health.close()
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('what calls tell', () => {
  it('rests after a few failures in a row, and then lets one call try', async () => {
    const { clock, health, fail, news } = watched(0)
    fail(mostFailures - 1)
    expect(health.health).toBe('unknown')
    fail(1)
    expect(health.health).toBe('resting')
    expect(health.mayTry).toBe(0)
    await clock.advance(5000)
    expect(health.mayTry).toBe(1)
    health.began()
    expect(health.mayTry).toBe(0)
    health.worked()
    expect(health.mayTry).toBeGreaterThan(1)
    expect(news).toEqual(['resting', 'resting', 'up'])
  })

  it('rests twice as long each time the try fails, five minutes at most', async () => {
    const { clock, health, fail } = watched(0)
    fail(mostFailures)
    const rests: number[] = []
    for (let round = 0; round < 9; round++) {
      let seconds = 0
      for (; health.mayTry === 0; seconds++) await clock.advance(1000)
      rests.push(seconds)
      fail(1)
    }
    expect(rests).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300])
  })

  it('a success in between forgets the failures', () => {
    const { health, fail } = watched(0)
    for (let round = 0; round < 5; round++) {
      fail(mostFailures - 1)
      health.worked()
    }
    expect(health.health).toBe('up')
  })

  it('believes a Retry-After at once, ten minutes at most', async () => {
    const { clock, health } = watched(0)
    health.failed('it answers 503', 60)
    await clock.advance(59_000)
    expect(health.mayTry).toBe(0)
    await clock.advance(1000)
    expect(health.mayTry).toBe(1)
    health.began()
    health.failed('it answers 503', 86_400)
    await clock.advance(600_000)
    expect(health.mayTry).toBe(1)
  })

  it('a try that was given up from here leaves the next one to try', async () => {
    const { clock, health, fail } = watched(0)
    fail(mostFailures)
    await clock.advance(5000)
    health.began()
    health.toldNothing()
    expect(health.mayTry).toBe(1)
  })

  it('failures of calls that were sent before the rest do not make it longer', async () => {
    const { clock, health, fail } = watched(0)
    fail(mostFailures)
    health.failed('it answers 500')
    health.failed('it answers 500')
    await clock.advance(5000)
    expect(health.mayTry).toBe(1)
  })
})
