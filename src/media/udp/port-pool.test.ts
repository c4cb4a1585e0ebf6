import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { MediaUnavailable } from '../media.ts'
import { PortPool } from './port-pool.ts'
import type { SocketPair } from './socket-pair.ts'

/** Binds nothing; ports in `taken` are another program's. */
function fakeBind(taken: number[] = [], ports: number[] = []) {
  return async (host: string, port: number): Promise<SocketPair> => {
    const bound = port === 0 ? (ports.shift() ?? 0) : port
    if (taken.includes(bound)) throw Object.assign(new Error('in use'), { code: 'EADDRINUSE' })
    const nothing = () => undefined
    return {
      local: { host, port: bound },
      listen: nothing,
      sendRtp: nothing,
      sendRtcp: nothing,
      close: async () => undefined,
    }
  }
}

describe('the ports of a range', () => {
  it('are even, used one after the other, and rest before they are used again', async () => {
    const clock = new FakeClock()
    const pool = new PortPool({ from: 4001, to: 4007 }, clock, fakeBind())
    const first = await pool.open('127.0.0.1')
    const second = await pool.open('127.0.0.1')
    const third = await pool.open('127.0.0.1')
    expect([first, second, third].map((pair) => pair.local.port)).toEqual([4002, 4004, 4006])
    await expect(pool.open('127.0.0.1')).rejects.toThrow('no free RTP port in 4001-4007 (3 in use, 0 resting')
    await first.close()
    await first.close()
    await expect(pool.open('127.0.0.1')).rejects.toThrow(MediaUnavailable)
    expect(pool.counts).toEqual({ inUse: 2, draining: 1 })
    await clock.advance(2000)
    expect((await pool.open('127.0.0.1')).local.port).toBe(4002)
    expect(pool.counts).toEqual({ inUse: 3, draining: 0 })
  })

  it('that a process which died had in use rest as well', async () => {
    const clock = new FakeClock()
    const pool = new PortPool({ from: 4000, to: 4005 }, clock, fakeBind(), [4000, 4004])
    expect((await pool.open('127.0.0.1')).local.port).toBe(4002)
    await expect(pool.open('127.0.0.1')).rejects.toThrow('1 in use, 2 resting')
    await clock.advance(2000)
    expect((await pool.open('127.0.0.1')).local.port).toBe(4004)
  })

  it('that another program uses are passed over', async () => {
    const pool = new PortPool({ from: 4000, to: 4005 }, new FakeClock(), fakeBind([4000]))
    expect((await pool.open('127.0.0.1')).local.port).toBe(4002)
    const both = await Promise.allSettled([pool.open('127.0.0.1'), pool.open('127.0.0.1')])
    expect(both.map((one) => (one.status === 'fulfilled' ? one.value.local.port : 'none'))).toEqual([4004, 'none'])
  })

  it('that the system gives are asked for again while they rest', async () => {
    const clock = new FakeClock()
    const pool = new PortPool(0, clock, fakeBind([6000], [5000, 5000, 6000, 5002]))
    await (await pool.open('127.0.0.1')).close()
    expect((await pool.open('127.0.0.1')).local.port).toBe(5002)
  })

  it('cannot be had on an address that is not here', async () => {
    const bind = async () => {
      throw Object.assign(new Error('not here'), { code: 'EADDRNOTAVAIL' })
    }
    await expect(new PortPool(0, new FakeClock(), bind).open('192.0.2.1')).rejects.toThrow(
      'cannot bind an RTP port on 192.0.2.1: EADDRNOTAVAIL',
    )
  })
})
