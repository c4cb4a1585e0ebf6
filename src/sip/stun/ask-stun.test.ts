import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { stunServer } from '../../../fakes/stun-server.ts'
import { systemClock } from '../../lib/clock.ts'
import { askStun, readStunServer, StunFailed } from './ask-stun.ts'

describe('asking', () => {
  it('from one socket, what each server sees', async () => {
    const servers = [await stunServer(4000), await stunServer(4001)]
    const { mapped, local } = await askStun(servers, '127.0.0.1', systemClock)
    expect(mapped).toEqual([
      { host: '192.0.2.1', port: 4000 },
      { host: '192.0.2.1', port: 4001 },
    ])
    expect(local.host).toBe('127.0.0.1')
  })

  it('again, when an answer was lost', async () => {
    const lossy = await stunServer(4000, 2)
    const { mapped } = await askStun([lossy], '127.0.0.1', systemClock)
    expect(mapped).toEqual([{ host: '192.0.2.1', port: 4000 }])
    expect(lossy.questions).toBe(2)
  })

  it('five times, then never again', async () => {
    const clock = new FakeClock()
    const deaf = await stunServer(4000, 99)
    const failed = new StunFailed(`the STUN server 127.0.0.1:${deaf.port}: it does not answer`)
    const asking = expect(askStun([deaf], '127.0.0.1', clock)).rejects.toEqual(failed)
    await expect.poll(() => clock.pendingTimers).toBe(1)
    await clock.advance(10_000)
    await asking
    expect(clock.pendingTimers).toBe(0)
  })
})

it.each([
  ['stun.example', { host: 'stun.example', port: 3478 }],
  ['192.0.2.1:3479', { host: '192.0.2.1', port: 3479 }],
  ['[2001:db8::1]:3478', { host: '2001:db8::1', port: 3478 }],
  ['stun.example:0', undefined],
  ['http://stun.example', undefined],
])('%s is read', (text, server) => expect(readStunServer(text)).toEqual(server))
