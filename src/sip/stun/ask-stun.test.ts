import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { systemClock } from '../../lib/clock.ts'
import { askStun, readStunServer, StunFailed } from './ask-stun.ts'

/** A server on loopback that says 192.0.2.1 and a port, after so many questions. */
async function server(port: number, answersFrom = 1) {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  let questions = 0
  socket.on('message', (question, from) => {
    if (++questions < answersFrom) return
    const head = Buffer.from('0101000c2112a442', 'hex')
    const address = Buffer.from('00010008000100001234c000', 'hex')
    address.writeUInt16BE(port, 6)
    Buffer.from([192, 0, 2, 1]).copy(address, 8)
    socket.send(Buffer.concat([head, question.subarray(8, 20), address]), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { host: '127.0.0.1', port: socket.address().port, asked: () => questions }
}

describe('asking', () => {
  it('from one socket, what each server sees', async () => {
    const servers = [await server(4000), await server(4001)]
    const { mapped, local } = await askStun(servers, '127.0.0.1', systemClock)
    expect(mapped).toEqual([
      { host: '192.0.2.1', port: 4000 },
      { host: '192.0.2.1', port: 4001 },
    ])
    expect(local.host).toBe('127.0.0.1')
  })

  it('again, when an answer was lost', async () => {
    const lossy = await server(4000, 2)
    const { mapped } = await askStun([lossy], '127.0.0.1', systemClock)
    expect(mapped).toEqual([{ host: '192.0.2.1', port: 4000 }])
    expect(lossy.asked()).toBe(2)
  })

  it('five times, then never again', async () => {
    const clock = new FakeClock()
    const deaf = await server(4000, 99)
    const asking = askStun([deaf], '127.0.0.1', clock).catch((error: unknown) => error)
    await expect.poll(() => clock.pendingTimers).toBe(1)
    await clock.advance(10_000)
    expect(await asking).toEqual(new StunFailed(`the STUN server 127.0.0.1:${deaf.port}: it does not answer`))
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
