import { expect, test } from 'vitest'
import { EventReceiver } from './event-receiver.ts'

/** A whole press in one packet: key, end bit, 100 ms (RFC 4733 §2.3). */
const press = (key: number) => Buffer.from([key, 0x8a, 800 >> 8, 800 & 0xff])

test('a far end that sends thousands of keys is heard for a handful of them, and as before when it stops', () => {
  const told: string[] = []
  const receiver = new EventReceiver((key) => told.push(key))
  for (let i = 0; i < 5000; i++) receiver.receive(i * 800, press(i % 10), i / 5)
  // Within one second.
  expect(told.length).toBeLessThanOrEqual(52)
  told.length = 0
  for (let i = 0; i < 40; i++) receiver.receive(5_000_000 + i * 800, press(i % 10), 60_000 + i * 100)
  expect(told).toHaveLength(40)
})

test('keys that the network held back and brings at once are all heard', () => {
  const told: string[] = []
  const receiver = new EventReceiver((key) => told.push(key))
  for (let i = 0; i < 20; i++) receiver.receive(i * 1600, press(i % 10), 5000)
  expect(told).toHaveLength(20)
})
