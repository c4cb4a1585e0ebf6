import { describe, expect, it } from 'vitest'
import { canonicalHost, SourceLock } from './source-lock.ts'

const described = { host: '192.0.2.7', port: 4000 }

describe('the source of a stream', () => {
  it('is the described address, and nobody else', () => {
    const lock = new SourceLock(described)
    expect(lock.target).toEqual(described)
    expect(lock.admit('192.0.2.8', 4000, true)).toBe(false)
    expect(lock.admit('192.0.2.7', 0, true)).toBe(false)
    expect(lock.admit('192.0.2.7', 4000, true)).toBe(true)
    expect(lock.admit('192.0.2.7', 4002, true)).toBe(false)
    expect(lock.target).toEqual(described)
  })

  it('may use another port of the described host, which then is the only one', () => {
    const lock = new SourceLock(described)
    expect(lock.admit('192.0.2.7', 8, false)).toBe(false)
    expect(lock.admit('192.0.2.7', 9, true)).toBe(true)
    expect(lock.admit('192.0.2.7', 10, true)).toBe(false)
    expect(lock.admit('192.0.2.8', 9, true)).toBe(false)
    expect(lock.target).toEqual({ host: '192.0.2.7', port: 9 })
  })

  it('is the described port for good once that one speaks', () => {
    const lock = new SourceLock(described)
    lock.admit('192.0.2.7', 9, true)
    expect(lock.admit('192.0.2.7', 4000, true)).toBe(true)
    expect(lock.admit('192.0.2.7', 9, true)).toBe(false)
    expect(lock.target).toEqual(described)
  })

  it('is the same however its address is spelt', () => {
    const lock = new SourceLock({ host: '2001:DB8:0::1', port: 4000 })
    expect(lock.admit('2001:db8::1', 4000, true)).toBe(true)
    expect(lock.isFor({ host: '2001:db8:0:0::1', port: 4000 })).toBe(true)
    expect(lock.isFor({ host: '2001:db8:0:0::1', port: 4002 })).toBe(false)
    expect(new SourceLock(described).admit('::ffff:192.0.2.7', 4000, true)).toBe(true)
  })

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['FE80::0:1%eth0', 'fe80::1'],
    ['phone.example', 'phone.example'],
  ])('%s is written %s', (host, canonical) => {
    expect(canonicalHost(host)).toBe(canonical)
  })
})
