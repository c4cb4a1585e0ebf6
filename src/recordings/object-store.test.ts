import { afterEach, expect, it, vi } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { ObjectStore } from './object-store.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

function storeThatAnswers(answer: () => Response): ObjectStore {
  vi.stubGlobal('fetch', async () => answer())
  const keys = { accessKey: 'key', secretKey: 'secret' }
  const place = { endpoint: 'https://s3.test', region: 'here', bucket: 'calls', pathStyle: true }
  return new ObjectStore({ ...place, ...keys, clock: new FakeClock() })
}

function brokenOff(): ReadableStream {
  return new ReadableStream({ start: (controller) => controller.error(new Error('the line was cut')) })
}

it.each([
  ['with its code', '<Error><Code>AccessDenied</Code></Error>', 'the store answers 403 AccessDenied'],
  ['without one', 'go away', 'the store answers 403'],
  ['in the middle of it', brokenOff(), 'the store answers 403, and breaks off: the line was cut'],
])('a refusal is told %s', async (_, body, message) => {
  const store = storeThatAnswers(() => new Response(body, { status: 403 }))
  await expect(store.remove('a.wav')).rejects.toMatchObject({ name: 'ObjectStoreError', status: 403, message })
})
