import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { createNonceMemory, nonceMemoryMs } from './nonce-memory.ts'

it('takes every nonce once, and the same nonce of another key', () => {
  const nonces = createNonceMemory(new FakeClock())
  const key = fc.constantFrom('a', 'b')
  const seen = new Set<string>()
  fc.assert(
    fc.property(key, fc.string({ maxLength: 3 }), (accessKeyId, nonce) => {
      const pair = `${accessKeyId} ${nonce}`
      expect(nonces.use(accessKeyId, nonce)).toBe(!seen.has(pair))
      seen.add(pair)
    }),
    { numRuns: 2000 },
  )
})

it('remembers for half an hour at least, and not for ever', async () => {
  const clock = new FakeClock()
  const nonces = createNonceMemory(clock)
  await clock.advance(9 * 60_000)
  nonces.use('a', 'n')
  for (let minute = 0; minute < 29; minute++) {
    await clock.advance(60_000)
    expect(nonces.use('a', 'n')).toBe(false)
  }
  await clock.advance(nonceMemoryMs)
  expect(nonces.use('a', 'n')).toBe(true)
  expect(nonces.size).toBe(1)
})

it('forgets the oldest early rather than grow beyond its bound', async () => {
  const clock = new FakeClock()
  const nonces = createNonceMemory(clock, 100)
  for (let one = 0; one < 100; one++) nonces.use('a', `old ${one}`)
  await clock.advance(11 * 60_000)
  for (let one = 0; one < 50; one++) nonces.use('a', `new ${one}`)
  expect(nonces.size).toBe(50)
  expect(nonces.use('a', 'new 0')).toBe(false)
  expect(nonces.use('a', 'old 0')).toBe(true)
})

it('keeps tens of thousands apart', () => {
  const nonces = createNonceMemory(new FakeClock())
  for (let one = 0; one < 50_000; one++) expect(nonces.use('testId', `nonce-${one}`)).toBe(true)
  for (let one = 0; one < 50_000; one += 7) expect(nonces.use('testId', `nonce-${one}`)).toBe(false)
  expect(nonces.size).toBe(50_000)
})
