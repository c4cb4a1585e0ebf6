import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import type { Media } from '../../src/media/media.ts'
import { serializeRtp } from '../../src/media/rtp/rtp-packet.ts'
import { startMedia } from '../../src/media/start-media.ts'

let media: Media

beforeAll(async () => {
  media = await startMedia({ ports: 0, log: silentLog })
})
afterAll(() => media.close())

it('a far end that goes silent is told, while one that only listens to us is not missed', async () => {
  const far = createSocket('udp4')
  far.bind(0, '127.0.0.1')
  await once(far, 'listening')
  const here = { host: '127.0.0.1', silenceSeconds: 1 }
  const talking = await media.open({ label: 'talking', ...here })
  const listening = await media.open({ label: 'listening', ...here })
  listening.on('silent', () => expect.unreachable('a held far end was missed'))
  const wanted = { host: '127.0.0.1', port: far.address().port, codec: 'PCMA', payloadType: 8 } as const
  await listening.connect({ ...wanted, direction: 'sendonly' })
  await talking.connect({ ...wanted, direction: 'sendrecv' })
  const [heard, silent] = [once(talking, 'heard'), once(talking, 'silent')]
  const packet = {
    marker: true,
    payloadType: 8,
    sequence: 1,
    timestamp: 0,
    ssrc: 7,
    csrcs: [],
    payload: Buffer.alloc(160),
  }
  far.send(serializeRtp(packet), talking.local.port, '127.0.0.1')
  await heard
  await silent
  expect((await talking.statistics()).packetsReceived).toBe(1)
  await Promise.all([talking.close(), listening.close()])
  far.close()
})
