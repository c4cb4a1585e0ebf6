import { once } from 'node:events'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { MediaUnavailable } from '../../src/media/media.ts'
import { startMedia } from '../../src/media/start-media.ts'

let media: Awaited<ReturnType<typeof startMedia>>
const errors: object[] = []

beforeAll(async () => {
  const log = { ...silentLog, error: (fields: object) => void errors.push(fields) }
  media = await startMedia({ ports: 0, log, pulseMs: 200 })
})
afterAll(() => media.close())

it('a media process that hangs without dying is noticed, ended and started again; its sessions are lost', async () => {
  const session = await media.open({ label: 'call', host: '127.0.0.1' })
  await session.connect({ host: '127.0.0.1', port: 9, codec: 'PCMA', payloadType: 8, direction: 'sendrecv' })
  const pid = media.pid ?? 0
  const playback = session.play({ files: ['/nowhere.wav'], times: 1, gapMs: 0, volume: 100 })
  await playback.finished
  const lost = once(session, 'lost')
  process.kill(pid, 'SIGSTOP')
  const asked = expect(session.statistics()).rejects.toThrow(MediaUnavailable)
  await lost
  await asked
  expect(errors[0]).toEqual({ pid, reason: 'does not answer' })
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  const again = await vi.waitFor(() => media.open({ label: 'later', host: '127.0.0.1' }), 20_000)
  expect(media.pid).not.toBe(pid)
  await again.close()
})

it('one that is only held up for a moment is left alone', async () => {
  const session = await media.open({ label: 'call', host: '127.0.0.1' })
  session.on('lost', () => expect.unreachable('it was ended'))
  const pid = media.pid ?? 0
  process.kill(pid, 'SIGSTOP')
  const answer = media.statistics()
  process.kill(pid, 'SIGCONT')
  expect((await answer).sessions).toBe(1)
  await session.close()
  expect(media.pid).toBe(pid)
})
