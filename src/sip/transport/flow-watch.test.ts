import { expect, test } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { FlowWatch } from './flow-watch.ts'

function watched() {
  const clock = new FakeClock()
  const told: string[] = []
  const flow = new FlowWatch(clock, {
    send: (bytes) => told.push(`ping of ${bytes.length}`),
    dead: () => told.push('dead'),
  })
  const hold = (everyMs: number, name = 'lost') => flow.hold(everyMs, () => told.push(name))
  const pong = () => flow.heard(() => true)
  return { clock, told, flow, hold, pong }
}

test('a held connection is pinged, one that nobody holds is not', async () => {
  const { clock, told, hold, flow } = watched()
  const release = hold(30_000)
  await clock.advance(60_000)
  expect(told).toEqual(['ping of 4', 'ping of 4'])
  release()
  expect(flow.isHeld).toBe(false)
  await clock.advance(100_000)
  expect(told).toHaveLength(2)
  expect(clock.pendingTimers).toBe(0)
})

test('a far end that never answered a ping may stay silent', async () => {
  const { clock, told, hold, flow } = watched()
  hold(30_000)
  await clock.advance(30_000)
  flow.heard(() => false)
  await clock.advance(300_000)
  expect(told).not.toContain('dead')
})

test('one that answered must go on answering within ten seconds', async () => {
  const { clock, told, hold, pong } = watched()
  hold(30_000)
  await clock.advance(30_000)
  pong()
  await clock.advance(30_000)
  await clock.advance(9_000)
  pong()
  await clock.advance(30_000)
  expect(told).toEqual(['ping of 4', 'ping of 4', 'ping of 4'])
  await clock.advance(10_000)
  expect(told.at(-1)).toBe('dead')
})

test('a line break that nobody asked for is left in the stream', () => {
  const { flow, hold } = watched()
  hold(30_000)
  flow.heard(() => {
    throw new Error('nothing was asked')
  })
})

test('everybody who holds it hears once that it is lost, and the shortest interval counts', async () => {
  const { clock, told, hold, flow } = watched()
  hold(30_000, 'one')
  const release = hold(10_000, 'other')
  await clock.advance(10_000)
  expect(told).toEqual(['ping of 4'])
  release()
  hold(40_000, 'third')
  flow.lost()
  flow.lost()
  expect(told.slice(1)).toEqual(['one', 'third'])
  expect(clock.pendingTimers).toBe(0)
})
