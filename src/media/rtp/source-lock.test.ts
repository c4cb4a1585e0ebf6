import { describe, expect, it } from 'vitest'
import { type PortLearning, SourceLock } from './source-lock.ts'

const described = { host: '192.0.2.7', port: 4000 }

/** Sends `count` packets, 20 ms apart. @returns how many were admitted */
function send(lock: SourceLock, port: number, count: number, fromMs = 0, gapMs = 20): number {
  let admitted = 0
  for (let n = 0; n < count; n++) if (lock.admit('192.0.2.7', port, fromMs + n * gapMs, true)) admitted++
  return admitted
}

describe('the source of a stream', () => {
  it.each<PortLearning>(['never', 'steady', 'authentic'])('is on the described host, and %s on another', (learning) => {
    const lock = new SourceLock(described, learning)
    for (let n = 0; n < 200; n++) expect(lock.admit('192.0.2.8', 4000, n * 20, true)).toBe(false)
    expect(lock.admit('192.0.2.7', 0, 5000, true)).toBe(false)
    expect(lock.admit('192.0.2.7', 4000, 5000, true)).toBe(true)
    expect(lock.target).toEqual(described)
  })

  it('is the described port alone, before it spoke and after', () => {
    const lock = new SourceLock(described)
    expect(send(lock, 4002, 500)).toBe(0)
    expect(lock.target).toEqual(described)
    expect(send(lock, 4000, 1, 10_000)).toBe(1)
    expect(send(lock, 4002, 500, 60_000)).toBe(0)
  })

  it('is the same however its address is spelt', () => {
    const lock = new SourceLock({ host: '2001:DB8:0::1', port: 4000 })
    expect(lock.admit('2001:db8::1', 4000, 0, true)).toBe(true)
    expect(lock.isFor({ host: '2001:db8:0:0::1', port: 4000 })).toBe(true)
    expect(lock.isFor({ host: '2001:db8:0:0::1', port: 4002 })).toBe(false)
    expect(lock.isFor({ host: '2001:db8::1', port: 4000 }, 'steady')).toBe(false)
    expect(new SourceLock(described).admit('::ffff:192.0.2.7', 4000, 0, true)).toBe(true)
  })
})

describe('a far end behind a NAT that changes ports', () => {
  it('is heard once it has been steady for half a second, and then alone', () => {
    const lock = new SourceLock(described, 'steady')
    expect(send(lock, 9, 24)).toBe(0)
    expect(lock.target).toEqual(described)
    expect(send(lock, 9, 10, 480)).toBe(10)
    expect(send(lock, 10, 500, 680, 1)).toBe(0)
    expect(lock.target).toEqual({ host: '192.0.2.7', port: 9 })
  })

  it('is not somebody who sends now and then, something else, or in turns with another', () => {
    const lock = new SourceLock(described, 'steady')
    expect(send(lock, 9, 100, 0, 250)).toBe(0)
    for (let n = 0; n < 100; n++) expect(lock.admit('192.0.2.7', 9, 30_000 + n * 20, false)).toBe(false)
    for (let n = 0; n < 100; n++) expect(send(lock, 9 + (n % 2), 1, 60_000 + n * 20)).toBe(0)
  })

  it('is found again when its port changes in the call, two seconds after the old one fell silent', () => {
    const lock = new SourceLock(described, 'steady')
    send(lock, 9, 50)
    expect(send(lock, 10, 100, 1000)).toBe(0)
    expect(send(lock, 10, 100, 3000)).toBeGreaterThan(70)
    expect(lock.target).toEqual({ host: '192.0.2.7', port: 10 })
  })

  it('is the described port for good once that one speaks', () => {
    const lock = new SourceLock(described, 'steady')
    send(lock, 9, 50)
    expect(send(lock, 4000, 1, 1100)).toBe(1)
    expect(lock.target).toEqual(described)
    expect(send(lock, 9, 500, 1200)).toBe(0)
    expect(send(lock, 9, 500, 60_000)).toBe(0)
  })
})

it('a far end whose packets prove whose they are is followed from port to port', () => {
  const lock = new SourceLock(described, 'authentic')
  for (const port of [4000, 9, 10, 4000, 11]) {
    expect(lock.admit('192.0.2.7', port, 0, true)).toBe(true)
    expect(lock.target.port).toBe(port)
  }
})
